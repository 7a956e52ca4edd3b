// SPDX-License-Identifier: MIT
#include <espalier/kernel/dense_single.hpp>

#include <doctest/doctest.h>

#include "blocks.hpp"

namespace {

template <class Scalar, std::size_t Out>
struct single_recorder {
    static constexpr std::size_t width = blocks::width<Scalar>;
    std::vector<Scalar> lanes = std::vector<Scalar>((Out + width - 1) / width * width, blocks::poison<Scalar>);
    std::vector<std::size_t> calls;

    ESPALIER_INLINE void operator()(std::size_t first, const espalier::simd<Scalar>& z) {
        calls.push_back(first);
        espalier::store(lanes.data() + first, z);
    }
};

template <class Scalar, std::size_t In, std::size_t Out>
void check() {
    CAPTURE(In);
    CAPTURE(Out);
    const auto weight = blocks::values<Scalar>(In * Out, 1), bias = blocks::values<Scalar>(Out, 2),
               x = blocks::values<Scalar>(In, 3);
    single_recorder<Scalar, Out> biased, unbiased;
    espalier::kernel::dense_single<Scalar, In, Out>(weight.data(), bias.data(), x.data(), biased);
    espalier::kernel::dense_single<Scalar, In, Out>(weight.data(), espalier::kernel::no_bias{}, x.data(), unbiased);

    REQUIRE(biased.calls.size() == biased.lanes.size() / biased.width);
    for (std::size_t call = 0; call < biased.calls.size(); ++call) CHECK(biased.calls[call] == call * biased.width);
    blocks::largest_difference<Scalar> difference{In};
    for (std::size_t o = 0; o < biased.lanes.size(); ++o) {
        double z = 0;
        for (std::size_t i = 0; o < Out && i < In; ++i) z += double(weight[o * In + i]) * double(x[i]);
        difference.compare(unbiased.lanes[o], z);
        difference.compare(biased.lanes[o], o < Out ? z + double(bias[o]) : 0);
    }
    CHECK(difference.is_rounding());
}

}  // namespace

TEST_CASE_TEMPLATE("z = W x + b for one sample agrees with a double loop", Scalar, float, double) {
    constexpr std::size_t W = blocks::width<Scalar>;
    check<Scalar, 1, 1>();
    check<Scalar, 3, 7>();
    check<Scalar, 4, 2 * W>();
    check<Scalar, W - 1, W - 1>();
    check<Scalar, W, W>();
    check<Scalar, W + 1, W + 1>();
    check<Scalar, 64, 8>();
    check<Scalar, 5 * W + 3, 1>();
    check<Scalar, 2 * W + 5, 2 * W + 3>();
    check<Scalar, 784, 10>();
    check<Scalar, 8 * W + 3, 2 * 64 * 1024 / (8 * W * sizeof(Scalar)) + 1>();  // beyond the first-level cache
    check<Scalar, 2 * W, 64 * 1024 / (2 * W * sizeof(Scalar)) + 5>();
}
