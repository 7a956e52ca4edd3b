// SPDX-License-Identifier: MIT
#include <espalier/layer/conv.hpp>

#include "image_vectors.hpp"

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;
using ep::shape;
using image_vectors::check;
using layer::mismatch;

using plain = layer::conv2d<16, 5>;
static_assert(layer::BatchLayer<plain> && std::is_empty_v<plain>);
static_assert(plain::output(shape<6, 12, 12>{}) == shape<16, 8, 8>{});
static_assert(plain::parameters(shape<6, 12, 12>{})[0].shape == shape<16, 6, 5, 5>{});
static_assert(plain::parameters(shape<6, 12, 12>{})[0].fan_in == 150);
static_assert(plain::parameters(shape<6, 12, 12>{})[1].shape == shape<16>{});
static_assert(plain::flops(shape<6, 12, 12>{}) == 307'200);

// Options come in any order; a rectangle is down by right.
using rectangle = layer::conv2d<4, 3, 5, ep::no_bias, ep::stride<2, 1>, ep::groups<2>, ep::initializers::zeros>;
static_assert(rectangle::output(shape<2, 9, 9>{}) == shape<4, 4, 5>{});
static_assert(rectangle::parameters(shape<2, 9, 9>{}).size() == 1);
static_assert(rectangle::parameters(shape<2, 9, 9>{})[0].shape == shape<4, 1, 3, 5>{});
static_assert(rectangle::parameters(shape<2, 9, 9>{})[0].start == ep::initializers::zeros);

// `same` keeps the size, or divides it by the stride and rounds up.
static_assert(layer::conv2d<1, 4, ep::same>::output(shape<1, 7, 6>{}) == shape<1, 7, 6>{});
static_assert(layer::conv2d<1, 3, ep::same, ep::stride<2>>::output(shape<1, 7, 6>{}) == shape<1, 4, 3>{});
static_assert(layer::conv1d<8, 3, ep::same, ep::dilation<4>>::output(shape<2, 5>{}) == shape<8, 5>{});

static_assert(layer::depthwise_conv2d<3>::output(shape<7, 5, 4>{}) == shape<7, 3, 2>{});
static_assert(layer::depthwise_conv2d<3>::parameters(shape<7, 5, 4>{})[0].shape == shape<7, 1, 3, 3>{});
static_assert(layer::depthwise_conv1d<3>::parameters(shape<7, 5>{})[0].shape == shape<7, 1, 3>{});

// What does not fit is refused, each by its reason.
static_assert(plain::check(shape<6, 12, 12>{}) == mismatch::none);
static_assert(plain::check(shape<144>{}) == mismatch::needs_image);
static_assert(plain::check(shape<12, 12>{}) == mismatch::needs_image);
static_assert(layer::conv1d<1, 3>::check(shape<1, 2, 3>{}) == mismatch::needs_signal);
static_assert(plain::check(shape<6, 4, 12>{}) == mismatch::window_exceeds_input);
static_assert(plain::check(shape<6, 5, 5>{}) == mismatch::none);
static_assert(layer::conv2d<16, 5, ep::padding<2>>::check(shape<6, 1, 1>{}) == mismatch::none);
static_assert(rectangle::check(shape<3, 9, 9>{}) == mismatch::groups_do_not_divide);
static_assert(layer::conv2d<3, 1, ep::groups<2>>::check(shape<2, 1, 1>{}) == mismatch::groups_do_not_divide);

static_assert(layer::conv2d<0, 3>::check(shape<1, 4, 4>{}) == mismatch::convolution_arguments);
static_assert(layer::conv2d<2, 3, ep::same, ep::padding<1>>::check(shape<1, 4, 4>{}) ==
              mismatch::convolution_arguments);
static_assert(layer::conv2d<2, 3, ep::output_padding<1>>::check(shape<1, 4, 4>{}) == mismatch::convolution_arguments);
static_assert(layer::depthwise_conv1d<3, ep::groups<2>>::check(shape<2, 4>{}) == mismatch::convolution_arguments);

}  // namespace

TEST_CASE("two-dimensional convolutions agree with PyTorch") {
    check<(ep::input<3, 7, 9> >> ep::conv2d<5, 3, 2>)>("conv2d_odd");
    check<(ep::input<2, 11, 8> >> ep::conv2d<3, 3, ep::stride<2, 1>, ep::padding<3, 1>, ep::dilation<2, 3>>)>(
        "conv2d_options");
    check<(ep::input<4, 5, 6> >> ep::conv2d<6, 3, ep::groups<2>, ep::padding<1>, ep::no_bias>)>("conv2d_groups");
}
