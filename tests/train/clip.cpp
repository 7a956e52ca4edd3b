// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <espalier/core/random.hpp>
#include <espalier/train/clip.hpp>
#include <limits>
#include <vector>

namespace ep = espalier;

TEST_CASE_TEMPLATE("global_norm is the norm that a long double loop finds", Scalar, float, double) {
    ep::random_stream stream{ep::seed{1}, "clip"};
    for (std::size_t count = 0; count <= 4096; count += count < 256 ? ep::aligned_size<Scalar>(1) : 1280) {
        std::vector<Scalar> gradient(count);
        long double squares = 0;
        for (Scalar& value : gradient) {
            value = stream.normal<Scalar>();
            squares += static_cast<long double>(value) * static_cast<long double>(value);
        }
        const auto expected = static_cast<double>(std::sqrt(squares));
        CHECK(std::abs(ep::global_norm(gradient.data(), count) - expected) <= 1e-14 * expected);
    }
}

TEST_CASE("global_norm of floats neither overflows nor underflows") {
    const std::vector<float> huge(1024, 1e30f), tiny(1024, 1e-30f);
    CHECK(std::abs(ep::global_norm(huge.data(), 1024) / 32e30 - 1) < 1e-7);
    CHECK(std::abs(ep::global_norm(tiny.data(), 1024) / 32e-30 - 1) < 1e-7);
}

TEST_CASE_TEMPLATE("one NaN anywhere makes the norm and the scale NaN", Scalar, float, double) {
    for (std::size_t where = 0; where < 64; ++where) {
        std::vector<Scalar> gradient(64, Scalar(1));
        gradient[where] = std::numeric_limits<Scalar>::quiet_NaN();
        const double norm = ep::global_norm(gradient.data(), 64);
        CHECK(std::isnan(norm));
        CHECK(std::isnan(ep::clip_scale(norm, 1)));
    }
}

TEST_CASE("clip_scale shortens what is too long and leaves the rest, as PyTorch does") {
    CHECK(ep::clip_scale(10, 5) == 5 / (10 + 1e-6));
    CHECK(ep::clip_scale(5, 5) == 5 / (5 + 1e-6));
    CHECK(ep::clip_scale(4.9, 5) == 1);
    CHECK(ep::clip_scale(0, 5) == 1);
    CHECK(ep::clip_scale(3, std::numeric_limits<double>::infinity()) == 1);
    CHECK(ep::clip_scale(std::numeric_limits<double>::infinity(), 5) == 0);
}
