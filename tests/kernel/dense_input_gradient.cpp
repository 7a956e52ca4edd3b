// SPDX-License-Identifier: MIT
#include <espalier/kernel/dense_input_gradient.hpp>

#include <doctest/doctest.h>

#include "blocks.hpp"

namespace {

template <class Scalar, std::size_t In, std::size_t Out>
void check() {
    CAPTURE(In);
    CAPTURE(Out);
    const auto weight = blocks::values<Scalar>(In * Out, 1);
    std::vector<Scalar> scratch(espalier::kernel::dense_input_gradient_scratch<Scalar, In, Out>,
                                blocks::poison<Scalar>);
    for (const std::size_t rows : blocks::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto d = blocks::values<Scalar>(rows * Out, 3);
        const auto delta = blocks::packed(d, rows, Out, blocks::padding::zero);
        blocks::recorder<Scalar, In> gradient(rows);
        espalier::kernel::dense_input_gradient<Scalar, In, Out>(weight.data(), delta.data(), rows, scratch.data(),
                                                                gradient);
        CHECK(gradient.complete(rows));
        blocks::largest_difference<Scalar> difference{Out};
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < In; ++i) {
                double sum = 0;
                for (std::size_t o = 0; o < Out; ++o) sum += double(weight[o * In + i]) * double(d[row * Out + o]);
                difference.compare(gradient.blocks[blocks::at<Scalar>(row, i, In)], sum);
            }
        CHECK(difference.is_rounding());
    }
}

}  // namespace

TEST_CASE_TEMPLATE("the input's gradient agrees with a double loop", Scalar, float, double) {
    constexpr std::size_t W = blocks::width<Scalar>;
    check<Scalar, 1, 1>();
    check<Scalar, W - 1, 3>();
    check<Scalar, 2, W + 1>();
    check<Scalar, W + 1, W>();
    check<Scalar, 4, 32>();
    check<Scalar, 64, 10>();
    check<Scalar, 37, 211>();
    check<Scalar, 256, 40>();
    check<Scalar, 2 * W + 3, espalier::kernel::far_cache / sizeof(Scalar) / (2 * W + 3) + 1>();  // copies columns
}

TEST_CASE("only weights that fill the cache are copied") {
    CHECK(espalier::kernel::dense_input_gradient_scratch<float, 32, 32> == 0);
    CHECK(espalier::kernel::dense_input_gradient_scratch<float, 2, 4096> == 0);
    CHECK(espalier::kernel::dense_input_gradient_scratch<float, 1024, 256> > 0);
}
