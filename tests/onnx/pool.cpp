// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;
using ep::exclude_padding, ep::padding, ep::same, ep::stride;

namespace {

void add_largest(std::vector<network_case>& cases) {
    using ep::max_pool;
    cases.push_back(by<(ep::input<3, 32> >> max_pool<2, stride<1>>), true>("node/maxpool_1d_default"));
    cases.push_back(by<(ep::input<1, 4, 4> >> max_pool<3, stride<2>, padding<0, 0, 1, 1>>)>("node/maxpool_2d_ceil"));
    cases.push_back(by<(ep::input<3, 32, 32> >> max_pool<2, stride<1>>)>("node/maxpool_2d_default"));
    cases.push_back(by<(ep::input<3, 28, 28> >> max_pool<3, stride<1>, padding<2>>)>("node/maxpool_2d_pads"));
    add(cases, by<(ep::input<1, 5, 5> >> max_pool<5, stride<1>, padding<2>>), true>("node/maxpool_2d_precomputed_pads"),
        {"node/maxpool_with_argmax_2d_precomputed_pads"});
    cases.push_back(by<(ep::input<1, 5, 5> >> max_pool<3, stride<2>, same>)>("node/maxpool_2d_precomputed_same_upper"));
    add(cases, by<(ep::input<1, 5, 5> >> max_pool<2>)>("node/maxpool_2d_precomputed_strides"),
        {"node/maxpool_with_argmax_2d_precomputed_strides"});
    cases.push_back(
        by<(ep::input<3, 32, 32> >> max_pool<2, stride<1>, padding<1, 1, 0, 0>>)>("node/maxpool_2d_same_lower"));
    cases.push_back(by<(ep::input<3, 32, 32> >> max_pool<2, stride<1>, same>)>("node/maxpool_2d_same_upper"));
    cases.push_back(by<(ep::input<3, 32, 32> >> max_pool<5, stride<3>>)>("node/maxpool_2d_strides"));
    add(cases, by<(ep::input<10, 4> >> max_pool<4>)>("pytorch-converted/MaxPool1d"),
        {"pytorch-converted/MaxPool1d_stride"});
    cases.push_back(by<(ep::input<3, 7, 7> >> max_pool<3, stride<2>, padding<1>>)>("pytorch-converted/MaxPool2d"));
    cases.push_back(by<(ep::input<3, 5, 5> >> max_pool<5>)>("node/globalmaxpool"));
    cases.push_back(by<(ep::input<1, 3, 3> >> max_pool<3>)>("node/globalmaxpool_precomputed"));
}

void add_averages(std::vector<network_case>& cases) {
    using ep::average_pool;
    cases.push_back(by<(ep::input<3, 32> >> average_pool<2, stride<1>>), true>("node/averagepool_1d_default"));
    cases.push_back(by<(ep::input<1, 4, 4> >> average_pool<3, stride<2>, padding<0, 0, 1, 1>, exclude_padding>)>(
        "node/averagepool_2d_ceil"));
    cases.push_back(by<(ep::input<3, 32, 32> >> average_pool<2, stride<1>>)>("node/averagepool_2d_default"));
    cases.push_back(by<(ep::input<3, 28, 28> >> average_pool<3, stride<1>, padding<2>, exclude_padding>)>(
        "node/averagepool_2d_pads"));
    cases.push_back(by<(ep::input<3, 28, 28> >> average_pool<3, stride<1>, padding<2>>)>(
        "node/averagepool_2d_pads_count_include_pad"));
    cases.push_back(by<(ep::input<1, 5, 5> >> average_pool<5, stride<1>, padding<2>, exclude_padding>), true>(
        "node/averagepool_2d_precomputed_pads"));
    cases.push_back(by<(ep::input<1, 5, 5> >> average_pool<5, stride<1>, padding<2>>), true>(
        "node/averagepool_2d_precomputed_pads_count_include_pad"));
    cases.push_back(by<(ep::input<1, 5, 5> >> average_pool<3, stride<2>, same, exclude_padding>)>(
        "node/averagepool_2d_precomputed_same_upper"));
    cases.push_back(by<(ep::input<1, 5, 5> >> average_pool<2>)>("node/averagepool_2d_precomputed_strides"));
    cases.push_back(by<(ep::input<3, 32, 32> >> average_pool<2, stride<1>, padding<1, 1, 0, 0>, exclude_padding>)>(
        "node/averagepool_2d_same_lower"));
    cases.push_back(by<(ep::input<3, 32, 32> >> average_pool<2, stride<1>, same, exclude_padding>)>(
        "node/averagepool_2d_same_upper"));
    cases.push_back(by<(ep::input<3, 32, 32> >> average_pool<5, stride<3>>)>("node/averagepool_2d_strides"));
    add(cases, by<(ep::input<3, 6> >> average_pool<2>)>("pytorch-converted/AvgPool1d"),
        {"pytorch-converted/AvgPool1d_stride"});
    add(cases, by<(ep::input<3, 6, 6> >> average_pool<2>)>("pytorch-converted/AvgPool2d"),
        {"pytorch-converted/AvgPool2d_stride"});
    cases.push_back(by<(ep::input<3, 5, 5> >> ep::global_average_pool), true>("node/globalaveragepool"));
    cases.push_back(by<(ep::input<1, 3, 3> >> ep::global_average_pool)>("node/globalaveragepool_precomputed"));
}

}  // namespace

TEST_CASE("pools of ONNX") {
    std::vector<network_case> cases;
    add_largest(cases);
    add_averages(cases);
    check_operators("pools", {"MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"}, {"Squeeze", "Unsqueeze"},
                    cases,
                    {{"node/maxpool_2d_dilations", "dilated: a pool's window has no gaps"},
                     {"node/maxpool_3d", "three axes: pools have one or two"},
                     {"node/averagepool_3d", "three axes: pools have one or two"},
                     {"pytorch-converted/AvgPool3d", "three axes: pools have one or two"},
                     {"pytorch-converted/MaxPool3d", "three axes: pools have one or two"},
                     {"pytorch-converted/MaxPool1d_stride_padding_dilation", "dilated: a pool's window has no gaps"},
                     {"pytorch-converted/MaxPool2d_stride_padding_dilation", "dilated: a pool's window has no gaps"}});
}
