// SPDX-License-Identifier: MIT
#include <espalier/kernel/dense_bias_gradient.hpp>
#include <espalier/kernel/dense_weight_gradient.hpp>

#include <doctest/doctest.h>

#include "blocks.hpp"

namespace {

template <class Scalar, std::size_t In, std::size_t Out>
void check() {
    CAPTURE(In);
    CAPTURE(Out);
    for (const std::size_t rows : blocks::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto x = blocks::values<Scalar>(rows * In, 3), d = blocks::values<Scalar>(rows * Out, 4);
        const auto input = blocks::packed(x, rows, In, blocks::padding::repeats_last_row);
        const auto delta = blocks::packed(d, rows, Out, blocks::padding::zero);
        std::vector<Scalar> scratch(espalier::kernel::dense_weight_gradient_scratch<Scalar, In, Out>(rows),
                                    blocks::poison<Scalar>);
        std::vector<double> expected(In * Out);
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t o = 0; o < Out; ++o)
                for (std::size_t i = 0; i < In; ++i)
                    expected[o * In + i] += double(d[row * Out + o]) * double(x[row * In + i]);

        const auto agrees = [&](const std::vector<Scalar>& found) {
            blocks::largest_difference<Scalar> difference{rows};
            for (std::size_t i = 0; i < In * Out; ++i) difference.compare(found[i], expected[i]);
            return difference.is_rounding();
        };
        std::vector<Scalar> gradient(In * Out, blocks::poison<Scalar>);
        espalier::kernel::dense_weight_gradient<Scalar, In, Out>(delta.data(), input.data(), rows, scratch.data(),
                                                                 gradient.data());
        CHECK(agrees(gradient));
        if constexpr (espalier::kernel::weight_gradient_reads_rows<Scalar, In, Out>) {
            gradient.assign(In * Out, blocks::poison<Scalar>);
            espalier::kernel::dense_weight_gradient_from_rows<Scalar, In, Out>(delta.data(), x.data(), rows,
                                                                               scratch.data(), gradient.data());
            CHECK(agrees(gradient));

            // W = 1 becomes W/2 − ∇W.
            std::vector<Scalar> weight(In * Out, Scalar{1}), moved(In * Out);
            espalier::kernel::dense_weight_gradient_from_rows<Scalar, In, Out>(
                delta.data(), x.data(), rows, scratch.data(), weight.data(), {true, Scalar{-1}, Scalar(0.5)});
            for (std::size_t i = 0; i < In * Out; ++i) moved[i] = Scalar(0.5) - weight[i];
            CHECK(agrees(moved));
        }
    }
}

}  // namespace

TEST_CASE_TEMPLATE("the weights' gradient agrees with a double loop", Scalar, float, double) {
    constexpr std::size_t W = blocks::width<Scalar>;
    check<Scalar, 1, 1>();
    check<Scalar, 3, 7>();
    check<Scalar, W - 1, W>();
    check<Scalar, W, W + 1>();
    check<Scalar, 2 * W + 1, 4>();
    check<Scalar, 4 * W + 1, 4>();  // more samples than the last column takes at a time
    check<Scalar, 2 * W + W / 4, 17>();
    check<Scalar, 3 * W, 9>();
    check<Scalar, 4, 32>();
    check<Scalar, 64, 10>();
    check<Scalar, 5 * W + 3, 53>();
}

TEST_CASE_TEMPLATE("the bias' gradient agrees with a double loop", Scalar, float, double) {
    const auto with = [](auto out) {
        for (const std::size_t rows : blocks::batch_sizes<Scalar>()) {
            const auto d = blocks::values<Scalar>(rows * out, 4);
            const auto delta = blocks::packed(d, rows, out, blocks::padding::zero);
            std::vector<Scalar> gradient(out, blocks::poison<Scalar>);
            espalier::kernel::dense_bias_gradient<Scalar, out>(delta.data(), rows, gradient.data());
            blocks::largest_difference<Scalar> difference{rows};
            for (std::size_t o = 0; o < out; ++o) {
                double sum = 0;
                for (std::size_t row = 0; row < rows; ++row) sum += double(d[row * out + o]);
                difference.compare(gradient[o], sum);
            }
            CHECK(difference.is_rounding());
        }
    };
    with(std::integral_constant<std::size_t, 1>{});
    with(std::integral_constant<std::size_t, 7>{});
    with(std::integral_constant<std::size_t, blocks::width<Scalar>>{});
    with(std::integral_constant<std::size_t, 2 * blocks::width<Scalar> + 1>{});
}

TEST_CASE("tiny first layers read the packed input, others the rows") {
    CHECK_FALSE(espalier::kernel::weight_gradient_reads_rows<float, 1, 64>);
    CHECK_FALSE(espalier::kernel::weight_gradient_reads_rows<double, 784, 1>);
    CHECK(espalier::kernel::weight_gradient_reads_rows<float, 784, 512>);
}
