// SPDX-License-Identifier: MIT
#include <espalier/kernel/conv_single_forward.hpp>

#include <doctest/doctest.h>

#include "images.hpp"

namespace {

using images::conv_geometry;

/// Takes registers of consecutive features, each once; from a loop over finished tiles, or from the tiles themselves.
template <class Scalar, std::size_t Features, bool InLoop>
struct collector {
    std::vector<Scalar> features = std::vector<Scalar>(Features + blocks::width<Scalar>, blocks::poison<Scalar>);
    std::vector<int> calls = std::vector<int>(features.size());
    static constexpr bool is_long = InLoop;

    void operator()(std::size_t first, const espalier::simd<Scalar>& value) {
        REQUIRE(first % blocks::width<Scalar> == 0);
        REQUIRE(first < Features);
        CHECK(++calls[first] == 1);
        espalier::store(features.data() + first, value);
    }
};

template <class Scalar, images::conv_geometry G, bool InLoop = false>
void check() {
    using namespace espalier::kernel;
    const auto weight = blocks::values<Scalar>(G.weights(), 1), bias = blocks::values<Scalar>(G.out_channels, 2);
    const auto agrees = [](const auto& found, const images::sums& expected) {
        blocks::largest_difference<Scalar> difference{expected.terms};
        for (std::size_t i = 0; i < expected.values.size(); ++i)
            difference.compare(found.features[i], expected.values[i]);
        return difference.is_rounding();
    };
    const auto scratch_for = [](const detail::gather& of) {
        return std::vector<Scalar>(conv_single_scratch<Scalar>(of) / sizeof(Scalar), blocks::poison<Scalar>);
    };

    const auto x = blocks::values<Scalar>(G.inputs(), 3), y = blocks::values<Scalar>(G.outputs(), 4);
    auto scratch = scratch_for(detail::forward_gather(G));
    collector<Scalar, G.outputs(), InLoop> z;
    conv_forward_single<Scalar, G>(weight.data(), bias.data(), x.data(), scratch.data(), z);
    images::sums expected = images::forward(G, weight, x, 1);
    for (std::size_t i = 0; i < G.outputs(); ++i)
        expected.values[i] += double(bias[i / (G.out_height() * G.out_width())]);
    CHECK(agrees(z, expected));

    scratch = scratch_for(detail::input_gather(G));
    collector<Scalar, G.inputs(), InLoop> transposed;
    conv_transpose_single<Scalar, G>(weight.data(), no_bias{}, y.data(), scratch.data(), transposed);
    CHECK(agrees(transposed, images::input_gradient(G, weight, y, 1)));
}

}  // namespace

TEST_CASE_TEMPLATE("one image agrees with a double loop, also transposed", Scalar, float, double) {
    check<Scalar, images::plain>();
    check<Scalar, images::bordered>();
    check<Scalar, images::strided>();
    check<Scalar, images::dilated>();
    check<Scalar, images::grouped>();
    check<Scalar, images::depthwise>();
    check<Scalar, images::skipping>();
    check<Scalar, images::row>();
}

// Outputs that are whole registers go from the tile to the epilogue.
TEST_CASE("one image whose outputs fill registers") {
    check<double, conv_geometry{3, 8, 8, 5, 3, 3, 1, 1, 1, 1, 1, 1}>();
    check<float, conv_geometry{2, 16, 16, 3, 5, 5, 2, 2, 2, 2, 2, 2}, true>();
    check<float, conv_geometry{4, 12, 12, 6, 3, 3, 1, 1, 0, 0, 0, 0, 2, 2, 2}>();
    check<float, conv_geometry{4, 1, 64, 6, 1, 3, 1, 1, 0, 1, 0, 1}, true>();
}
