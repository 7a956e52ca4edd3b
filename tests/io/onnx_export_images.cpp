// SPDX-License-Identifier: MIT
#include <espalier/io/onnx_form_image.hpp>
#include <espalier/io/onnx_form_norm.hpp>

#include "onnx_models.hpp"

TEST_CASE("convolutions and pools") {
    const auto model =
        written(ep::input<2, 9, 10> >> ep::conv2d<4, 3, ep::stride<2>, ep::padding<0, 1, 2, 3>> >> ep::batch_norm<> >>
                    ep::relu >> ep::max_pool<3, ep::stride<1>, ep::padding<1>> >>
                    ep::conv2d<6, 3, 2, ep::same, ep::groups<2>, ep::no_bias> >> ep::average_pool<2, ep::padding<1>> >>
                    ep::depthwise_conv2d<2, ep::dilation<2>> >> ep::global_average_pool >> ep::dense<3>,
                "images");
    CHECK(operators(model) ==
          "Conv BatchNormalization Relu MaxPool Conv AveragePool Conv GlobalAveragePool Flatten Gemm");
    written(ep::input<3, 12> >> ep::conv1d<4, 3, ep::same> >> ep::batch_norm<ep::no_affine, ep::epsilon(1e-3)> >>
                ep::average_pool<3, ep::stride<2>, ep::padding<1>, ep::exclude_padding> >>
                ep::conv_transpose1d<2, 3, ep::stride<2>, ep::output_padding<1>>,
            "signals");
    written(ep::input<2, 4, 3> >> ep::conv_transpose2d<4, 3, 2, ep::stride<2>, ep::padding<1>, ep::groups<2>> >>
                ep::pad<1, 0, 2, 1> >> ep::upsample<2> >> ep::crop<1, 2> >> ep::adaptive_average_pool<5, 1>,
            "resized");
}

TEST_CASE("transposed convolutions: dilation, groups, padding and stride of both axes") {
    const auto model =
        written(ep::input<4, 5, 6> >> ep::conv_transpose2d<6, 3, 2, ep::dilation<2, 3>, ep::groups<2>> >> ep::relu >>
                    ep::conv_transpose2d<4, 2, 3, ep::stride<3, 2>, ep::padding<1, 0, 2, 3>, ep::dilation<3, 2>,
                                         ep::output_padding<2, 1>, ep::no_bias>,
                "transposed");
    CHECK(operators(model) == "ConvTranspose Relu ConvTranspose");
    written(ep::input<6, 7> >> ep::conv_transpose1d<4, 3, ep::dilation<4>, ep::padding<2, 1>, ep::groups<2>> >>
                ep::tanh >> ep::conv_transpose1d<2, 4, ep::stride<2>, ep::dilation<3>, ep::output_padding<1>>,
            "transposed_signals");
}

TEST_CASE("channels on their own, and the options that are left") {
    written(ep::input<4, 14> >> ep::depthwise_conv1d<3, ep::stride<2>> >> ep::group_norm<4, ep::no_affine> >>
                ep::max_pool<2> >> ep::upsample<3> >> ep::adaptive_average_pool<3> >>
                ep::repeat<2>(ep::rms_norm<ep::no_affine> >> ep::residual(ep::conv1d<4, 1>)) >> ep::pad<2, 1> >>
                ep::conv_transpose1d<3, 2, ep::no_bias> >> ep::global_average_pool,
            "channels");
}

TEST_CASE("normalisations, softmax and tables") {
    written(ep::input<4, 3, 2> >> ep::layer_norm<ep::last_axes(2)> >> ep::group_norm<2> >>
                ep::rms_norm<ep::epsilon(1e-3)> >> ep::softmax<1> >> ep::layer_norm<ep::no_affine> >>
                ep::log_softmax<2>,
            "normalised");
    written(ep::input<3> >> ep::embedding<5, 4> >> ep::flatten >> ep::batch_norm<> >> ep::frozen(ep::dense<2>) >>
                ep::softmax<>,
            "tables");
}
