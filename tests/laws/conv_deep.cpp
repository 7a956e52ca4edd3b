// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

namespace {

constexpr ep::kernel::conv_geometry image{.channels = 16,
                                          .height = 8,
                                          .width = 10,
                                          .out_channels = 16,
                                          .kernel_h = 3,
                                          .kernel_w = 3,
                                          .pad_top = 1,
                                          .pad_left = 1,
                                          .pad_bottom = 1,
                                          .pad_right = 1};
// Such convolutions go by Winograd's products, with AVX-512 only larger ones.
static_assert(ep::simd_bytes > 32 || (ep::kernel::conv_forward_scratch<float>(image) > 0 &&
                                      ep::kernel::conv_input_gradient_scratch<double>(image) > 0));

}  // namespace

// Frozen, and behind few parameters: each of those costs two predictions.
TEST_CASE_TEMPLATE("convolutions of many channels", Scalar, float, double) {
    obeys_laws<ep::network_t<(
                   ep::input<1, 8, 10> >> ep::conv2d<16, 1> >> ep::tanh >>
                   ep::frozen(ep::conv2d<16, 3, ep::same> >> ep::silu >> ep::conv2d<16, 3, ep::same, ep::no_bias>) >>
                   ep::prelu<> >> ep::global_average_pool >> ep::dense<2>)>,
               Scalar>(ep::losses::softmax_cross_entropy{});
}

TEST_CASE_TEMPLATE("a transposed convolution of many channels", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<1, 8, 10> >> ep::conv2d<16, 1> >> ep::tanh >>
                              ep::frozen(ep::conv_transpose2d<16, 3, ep::padding<1>>) >> ep::tanh >>
                              ep::global_average_pool >> ep::dense<2>)>,
               Scalar>(ep::mse);
}
