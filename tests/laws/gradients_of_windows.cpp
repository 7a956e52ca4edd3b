// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;

namespace {

/// Against finite differences, of the parameters and of x.
template <class Net>
double gradient_error() {
    return laws::subject<Net, double, decltype(ep::mse)>(ep::mse).gradient_error();
}

}  // namespace

TEST_CASE("gradients of 1-D convolutions, dilated, in groups, strided, and of 1-D max pools") {
    CHECK(gradient_error<ep::network_t<(
              ep::input<2, 11> >> ep::conv1d<4, 3, ep::groups<2>, ep::dilation<2>, ep::padding<1, 2>> >> ep::tanh >>
              ep::max_pool<2> >> ep::conv1d<3, 2, ep::stride<2>> >> ep::flatten >> ep::dense<2>)>>() < 1e-6);
}

TEST_CASE("gradients of depthwise convolutions and adaptive averages of images") {
    CHECK(
        gradient_error<ep::network_t<(ep::input<2, 6, 5> >> ep::depthwise_conv2d<3, ep::padding<1>, ep::dilation<2>> >>
                                      ep::tanh >> ep::adaptive_average_pool<2, 3> >> ep::flatten >> ep::dense<2>)>>() <
        1e-6);
}

TEST_CASE("gradients of transposed convolutions and of convolutions in groups of images") {
    CHECK(gradient_error<ep::network_t<(
              ep::input<2, 3, 2> >> ep::conv_transpose2d<6, 3, ep::stride<2>, ep::padding<1>, ep::output_padding<1>> >>
              ep::tanh >> ep::conv2d<3, 2, ep::groups<3>, ep::dilation<2, 1>> >> ep::flatten >> ep::dense<2>)>>() <
          1e-6);
}
