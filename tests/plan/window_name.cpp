// SPDX-License-Identifier: MIT
#include <espalier/plan/window_name.hpp>

#include <doctest/doctest.h>

#include <espalier/layer/batch_norm.hpp>
#include <espalier/layer/conv.hpp>
#include <espalier/layer/conv_transpose.hpp>
#include <espalier/layer/group_norm.hpp>
#include <espalier/layer/layer_norm.hpp>
#include <espalier/layer/pool.hpp>
#include <espalier/plan/layer_name.hpp>

namespace ep = espalier;
namespace layer = espalier::layer;

TEST_CASE("tables name the options that were given") {
    CHECK(ep::layer_name<layer::max_pool<2>>() == "max_pool<2>");
    CHECK(ep::layer_name<layer::average_pool<3, 2, ep::exclude_padding, ep::padding<1>, ep::stride<2, 1>>>() ==
          "average_pool<3, 2, stride<2, 1>, padding<1>, exclude_padding>");
    CHECK(ep::layer_name<layer::conv2d<8, 3, ep::no_bias, ep::same, ep::groups<2>>>() ==
          "conv2d<8, 3, same, groups<2>, no_bias>");
    CHECK(ep::layer_name<layer::conv2d<8, 3, ep::padding<0, 1, 2, 3>>>() == "conv2d<8, 3, padding<0, 1, 2, 3>>");
    CHECK(ep::layer_name<layer::depthwise_conv1d<3, ep::padding<4, 0>, ep::dilation<2>>>() ==
          "depthwise_conv1d<3, padding<4, 0>, dilation<2>>");
    CHECK(ep::layer_name<layer::conv_transpose1d<8, 4, ep::stride<2>, ep::output_padding<1>>>() ==
          "conv_transpose1d<8, 4, stride<2>, output_padding<1>>");
}

TEST_CASE("so they do with normalisations") {
    CHECK(ep::layer_name<layer::rms_norm<>>() == "rms_norm");
    CHECK(ep::layer_name<layer::layer_norm<ep::no_affine>>() == "layer_norm<no_affine>");
    CHECK(ep::layer_name<layer::layer_norm<ep::no_bias, ep::epsilon(1e-3), ep::last_axes(2)>>() ==
          "layer_norm<last_axes(2), epsilon(0.001), no_bias>");
    CHECK(ep::layer_name<layer::batch_norm<ep::momentum(0.25), ep::no_affine>>() ==
          "batch_norm<momentum(0.25), no_affine>");
    CHECK(ep::layer_name<layer::group_norm<2, ep::epsilon(0.5)>>() == "group_norm<2, epsilon(0.5)>");
}
