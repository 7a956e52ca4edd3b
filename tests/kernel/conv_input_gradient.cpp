// SPDX-License-Identifier: MIT
#include <espalier/kernel/conv_input_gradient.hpp>

#include <doctest/doctest.h>

#include "images.hpp"

namespace {

template <class Scalar, images::conv_geometry G>
void check() {
    const auto weight = blocks::values<Scalar>(G.weights(), 1);
    for (const std::size_t rows : images::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto d = blocks::values<Scalar>(rows * G.outputs(), 3);
        const auto delta = blocks::packed(d, rows, G.outputs(), blocks::padding::zero);
        blocks::recorder<Scalar, G.inputs()> x(rows);
        auto scratch = images::scratch<Scalar>(espalier::kernel::conv_input_gradient_scratch<Scalar>(G));
        espalier::kernel::conv_input_gradient<Scalar, G>(weight.data(), espalier::kernel::no_bias{}, delta.data(), rows,
                                                         scratch.data(), x);
        CHECK(x.complete(rows));
        const images::sums expected = images::input_gradient(G, weight, d, rows);
        blocks::largest_difference<Scalar> difference{expected.terms};
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < G.inputs(); ++i)
                difference.compare(x.blocks[blocks::at<Scalar>(row, i, G.inputs())],
                                   expected.values[row * G.inputs() + i]);
        CAPTURE(difference.value);
        CHECK(difference.is_rounding());
    }
}

}  // namespace

TEST_CASE("the gradient with respect to the image agrees with a double loop, float") {
    check<float, images::bordered>();
    check<float, images::strided>();
    check<float, images::grouped>();
    check<float, images::depthwise>();
    check<float, images::pixels>();
    check<float, images::row>();
}

TEST_CASE("the gradient with respect to the image agrees with a double loop, double") {
    check<double, images::plain>();
    check<double, images::strided>();
    check<double, images::dilated>();
    check<double, images::skipping>();
}

TEST_CASE_TEMPLATE("the gradient by Winograd's products agrees with a double loop", Scalar, float, double) {
    static_assert(espalier::kernel::conv_input_gradient_scratch<Scalar>(images::deep) > 0);
    static_assert(espalier::kernel::conv_input_gradient_scratch<Scalar>(images::lopsided) > 0);
    using layout = espalier::kernel::detail::winograd_layout<Scalar>;
    constexpr espalier::kernel::detail::gather of = espalier::kernel::detail::input_gather(images::deep);
    static_assert(espalier::simd_bytes > 32 || espalier::kernel::detail::winograd_tiles(of.x) % layout(of).chunk > 0);
    check<Scalar, images::deep>();
    check<Scalar, images::lopsided>();
}
