// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;

TEST_CASE("normalisations of ONNX") {
    std::vector<network_case> cases;
    constexpr ep::epsilon tenth(0.1), hundredth(0.01), thousandth(0.001);
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::batch_norm<hundredth>), true>("node/batchnorm_epsilon"));
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::batch_norm<>)>("node/batchnorm_example"));
    cases.push_back(by<(ep::input<5, 3> >> ep::batch_norm<>)>("pytorch-converted/BatchNorm1d_3d_input_eval"));
    cases.push_back(by<(ep::input<3, 6, 6> >> ep::batch_norm<>)>("pytorch-converted/BatchNorm2d_eval"));
    cases.push_back(
        by<(ep::input<3, 6, 6> >> ep::batch_norm<thousandth>)>("pytorch-converted/BatchNorm2d_momentum_eval"));
    cases.push_back(by<(ep::input<3, 4, 4, 4> >> ep::batch_norm<>)>("pytorch-converted/BatchNorm3d_eval"));
    cases.push_back(
        by<(ep::input<3, 4, 4, 4> >> ep::batch_norm<thousandth>)>("pytorch-converted/BatchNorm3d_momentum_eval"));
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::group_norm<3, hundredth>)>("node/instancenorm_epsilon"));
    cases.push_back(by<(ep::input<2, 1, 3> >> ep::group_norm<2>)>("node/instancenorm_example"));
    add(cases, by<(ep::input<3, 4> >> ep::layer_norm<>)>("node/layer_normalization_2d_axis0"),
        {"node/layer_normalization_2d_axis_negative_2"});
    add(cases, by<(ep::input<4> >> ep::layer_norm<>)>("node/layer_normalization_2d_axis1"),
        {"node/layer_normalization_2d_axis_negative_1"});
    add(cases, by<(ep::input<2, 3, 5> >> ep::layer_norm<tenth>)>("node/layer_normalization_3d_axis0_epsilon"),
        {"node/layer_normalization_3d_axis_negative_3_epsilon"});
    add(cases, by<(ep::input<3, 5> >> ep::layer_norm<tenth>)>("node/layer_normalization_3d_axis1_epsilon"),
        {"node/layer_normalization_3d_axis_negative_2_epsilon"});
    add(cases,
        by<(ep::input<3, 5> >> ep::layer_norm<ep::last_axes(1), tenth>)>("node/layer_normalization_3d_axis2_epsilon"),
        {"node/layer_normalization_3d_axis_negative_1_epsilon"});
    add(cases, by<(ep::input<2, 3, 4, 5> >> ep::layer_norm<>)>("node/layer_normalization_4d_axis0"),
        {"node/layer_normalization_4d_axis_negative_4"});
    add(cases, by<(ep::input<3, 4, 5> >> ep::layer_norm<>)>("node/layer_normalization_4d_axis1"),
        {"node/layer_normalization_4d_axis_negative_3"});
    add(cases, by<(ep::input<3, 4, 5> >> ep::layer_norm<ep::last_axes(2)>)>("node/layer_normalization_4d_axis2"),
        {"node/layer_normalization_4d_axis_negative_2"});
    add(cases, by<(ep::input<3, 4, 5> >> ep::layer_norm<ep::last_axes(1)>)>("node/layer_normalization_4d_axis3"),
        {"node/layer_normalization_4d_axis_negative_1", "node/layer_normalization_default_axis"});
    check_operators("normalisations", {"BatchNormalization", "InstanceNormalization", "LayerNormalization"}, {}, cases,
                    {{"node/batchnorm_epsilon_training_mode", "training; tests/layer/batch_norm.cpp has PyTorch's"},
                     {"node/batchnorm_example_training_mode", "training; tests/layer/batch_norm.cpp has PyTorch's"}});
}
