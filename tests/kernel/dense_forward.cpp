// SPDX-License-Identifier: MIT
#include <espalier/kernel/dense_forward.hpp>

#include <doctest/doctest.h>

#include "blocks.hpp"

namespace {

template <class Scalar, std::size_t In, std::size_t Out>
void check() {
    CAPTURE(In);
    CAPTURE(Out);
    const auto weight = blocks::values<Scalar>(In * Out, 1), bias = blocks::values<Scalar>(Out, 2);
    for (const std::size_t rows : blocks::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto x = blocks::values<Scalar>(rows * In, 3);
        const auto input = blocks::packed(x, rows, In, blocks::padding::repeats_last_row);
        blocks::recorder<Scalar, Out> biased(rows), unbiased(rows);
        espalier::kernel::dense_forward<Scalar, In, Out>(weight.data(), bias.data(), input.data(), rows, biased);
        espalier::kernel::dense_forward<Scalar, In, Out>(weight.data(), espalier::kernel::no_bias{}, input.data(), rows,
                                                         unbiased);
        CHECK(biased.complete(rows));
        CHECK(unbiased.complete(rows));
        blocks::largest_difference<Scalar> difference{In};
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t o = 0; o < Out; ++o) {
                double z = 0;
                for (std::size_t i = 0; i < In; ++i) z += double(weight[o * In + i]) * double(x[row * In + i]);
                difference.compare(unbiased.blocks[blocks::at<Scalar>(row, o, Out)], z);
                difference.compare(biased.blocks[blocks::at<Scalar>(row, o, Out)], z + double(bias[o]));
            }
        CAPTURE(difference.value);
        CHECK(difference.is_rounding());
    }
}

}  // namespace

TEST_CASE_TEMPLATE("z = W a + b agrees with a double loop", Scalar, float, double) {
    constexpr std::size_t W = blocks::width<Scalar>;
    check<Scalar, 1, 1>();
    check<Scalar, 3, W - 1>();
    check<Scalar, W - 1, 2>();
    check<Scalar, W, 4>();
    check<Scalar, W + 1, W + 1>();
    check<Scalar, 4, 32>();
    check<Scalar, 37, 29>();
    check<Scalar, 64, 10>();
}

TEST_CASE("a batch larger than the cache is walked in runs") {
    constexpr std::size_t in = 4352;
    static_assert(4 * espalier::block_lanes<float> * in * sizeof(float) > espalier::kernel::far_cache);
    check<float, in, 3>();
}
