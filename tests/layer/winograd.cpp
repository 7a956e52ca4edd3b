// SPDX-License-Identifier: MIT
#include <espalier/layer/conv.hpp>
#include <espalier/layer/conv_transpose.hpp>

#include "image_vectors.hpp"

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;

/// Where both directions of a layer go by Winograd's algorithm.
template <class Layer>
constexpr bool uses_winograd() {
    constexpr ep::extents input = ep::shape<17, 9, 19>{};
    return Layer::template forward_scratch<input, double>(2) > 0 &&
           Layer::template input_gradient_scratch<input, double>(2) > 0;
}
static_assert(uses_winograd<layer::conv2d<24, 3, ep::padding<1>>>());
static_assert(uses_winograd<layer::conv_transpose2d<24, 3, ep::padding<1>>>());

}  // namespace

TEST_CASE("convolutions by Winograd's algorithm agree with PyTorch") {
    image_vectors::check<
        (ep::input<2, 9, 19> >> ep::conv2d<17, 1> >> ep::conv2d<24, 3, ep::padding<1>> >> ep::conv2d<2, 1>), 2>(
        "conv2d_winograd");
}

TEST_CASE("transposed convolutions by Winograd's algorithm agree with PyTorch") {
    image_vectors::check<(ep::input<2, 9, 19> >> ep::conv2d<17, 1> >> ep::conv_transpose2d<24, 3, ep::padding<1>> >>
                          ep::conv2d<2, 1>),
                         2>("transpose2d_winograd");
}
