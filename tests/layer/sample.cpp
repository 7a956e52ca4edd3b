// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/layer/sample.hpp>
#include <vector>

namespace ep = espalier;
namespace layer = espalier::layer;

TEST_CASE_TEMPLATE("features and outputs lie a stride apart, a register of samples each", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>, stride = ep::block_lanes<Scalar>;
    std::vector<Scalar> from(3 * stride), to(3 * stride, Scalar(-1));
    for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<Scalar>(i);
    const layer::features<Scalar> x(from.data() + width, stride);
    const layer::outputs<Scalar> y(to.data(), stride);
    for (std::size_t i = 0; i < 3; ++i) y[i] = x[i] * ep::simd<Scalar>(Scalar(2));
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t lane = 0; lane < stride; ++lane)
            CHECK(to[i * stride + lane] == (lane < width ? Scalar(2) * from[i * stride + width + lane] : Scalar(-1)));
}

TEST_CASE("a weight is one scalar, and a sum adds all lanes to its gradient") {
    double first[] = {1, 2}, second[] = {3};
    double* const tensors[] = {first, second};
    const layer::weights<double> p(tensors);
    CHECK(p(0, 1) == 2);
    CHECK(p(1, 0) == 3);
    const layer::sums<double> gradient(tensors);
    gradient.add(0, 1, ep::simd<double>(0.5));
    gradient.add(0, 1, ep::simd<double>(0.25));
    CHECK(first[1] == 2 + 0.75 * static_cast<double>(ep::simd_width<double>));
    CHECK(first[0] == 1);
}
