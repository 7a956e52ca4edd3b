// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

#include "blocks.hpp"

/// What the products for one sample give, beside a loop in double.
namespace single {

template <class Scalar, std::size_t Out>
struct recorder {
    static constexpr std::size_t width = blocks::width<Scalar>;
    std::vector<Scalar> lanes = std::vector<Scalar>((Out + width - 1) / width * width, blocks::poison<Scalar>);
    std::vector<std::size_t> calls;

    ESPALIER_INLINE void operator()(std::size_t first, const espalier::simd<Scalar>& z) {
        calls.push_back(first);
        espalier::store(lanes.data() + first, z);
    }
};

/// product(weight [Out][In], bias [Out] or no_bias, x [In], epilogue)
template <class Scalar, std::size_t In, std::size_t Out, class Product>
void check(Product&& product) {
    CAPTURE(In);
    CAPTURE(Out);
    const auto weight = blocks::values<Scalar>(In * Out, 1), bias = blocks::values<Scalar>(Out, 2),
               x = blocks::values<Scalar>(In, 3);
    recorder<Scalar, Out> biased, unbiased;
    product(weight.data(), bias.data(), x.data(), biased);
    product(weight.data(), espalier::kernel::no_bias{}, x.data(), unbiased);

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

}  // namespace single
