// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;
using ep::dilation, ep::groups, ep::no_bias, ep::padding, ep::stride;

namespace {

void add_node_tests(std::vector<network_case>& cases) {
    using ep::conv2d;
    cases.push_back(by<(ep::input<1, 5, 5> >> conv2d<1, 3, no_bias, padding<1>>)>("node/basic_conv_with_padding"));
    cases.push_back(by<(ep::input<1, 5, 5> >> conv2d<1, 3, no_bias>), true>("node/basic_conv_without_padding"));
    cases.push_back(
        by<(ep::input<1, 5, 5> >> conv2d<1, 3, no_bias, stride<2>, padding<1>>)>("node/conv_with_autopad_same"));
    cases.push_back(by<(ep::input<1, 7, 5> >> conv2d<1, 3, no_bias, stride<2>, padding<1, 0>>)>(
        "node/conv_with_strides_and_asymmetric_padding"));
    cases.push_back(by<(ep::input<1, 7, 5> >> conv2d<1, 3, no_bias, stride<2>>)>("node/conv_with_strides_no_padding"));
    cases.push_back(by<(ep::input<1, 7, 5> >> conv2d<1, 3, no_bias, stride<2>, padding<1>>), true>(
        "node/conv_with_strides_padding"));
}

void add_converted_tests(std::vector<network_case>& cases) {
    using ep::conv2d, ep::depthwise_conv2d;
    const auto of = [](const char* name) { return std::string("pytorch-converted/") + name; };
    cases.push_back(by<(ep::input<3, 7, 5> >> conv2d<4, 3, 2>)>(of("Conv2d")));
    cases.push_back(by<(ep::input<4, 6, 6> >> depthwise_conv2d<3>)>(of("Conv2d_depthwise")));
    cases.push_back(by<(ep::input<4, 6, 6> >> depthwise_conv2d<3, padding<1>>)>(of("Conv2d_depthwise_padded")));
    cases.push_back(by<(ep::input<4, 6, 6> >> depthwise_conv2d<3, stride<2>>)>(of("Conv2d_depthwise_strided")));
    cases.push_back(by<(ep::input<4, 6, 6> >> conv2d<8, 3, groups<4>>)>(of("Conv2d_depthwise_with_multiplier")));
    cases.push_back(by<(ep::input<3, 8, 8> >> conv2d<2, 3, dilation<2>, padding<1>, stride<2>>)>(of("Conv2d_dilated")));
    add(cases, by<(ep::input<4, 6, 5> >> conv2d<6, 3, 2, groups<2>>), true>(of("Conv2d_groups")),
        {"pytorch-converted/Conv2d_groups_thnn"});
    cases.push_back(by<(ep::input<3, 6, 5> >> conv2d<4, 3, 2, no_bias>)>(of("Conv2d_no_bias")));
    cases.push_back(by<(ep::input<3, 6, 6> >> conv2d<4, 3, padding<1>, stride<2>>)>(of("Conv2d_padding")));
    cases.push_back(by<(ep::input<3, 6, 6> >> conv2d<4, 3, stride<2>>)>(of("Conv2d_strided")));
}

}  // namespace

TEST_CASE("convolutions of ONNX") {
    std::vector<network_case> cases;
    add_node_tests(cases);
    add_converted_tests(cases);
    check_operators("convolutions", {"Conv"}, {}, cases,
                    {{"pytorch-converted/Conv3d", "three axes: convolutions have one or two"}},
                    [](const std::string& name) { return !name.starts_with("pytorch-converted/Conv1d"); });
}
