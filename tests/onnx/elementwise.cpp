// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;

namespace {

// Elementwise functions see each number as a sample of its own.
constexpr auto x = ep::input<1>;

template <auto Layer>
inline constexpr auto applied = x >> Layer;

constexpr auto absolute = ep::activation([](auto z) { return abs(z); });
constexpr auto celu = ep::activation([](auto z) { return max(z, 0) + min(0, 2 * expm1(z / 2)); });
constexpr auto clip_1 = ep::activation([](auto z) { return min(max(z, -1), 1); });
constexpr auto clip_5 = ep::activation([](auto z) { return min(max(z, -5), 5); });
constexpr auto at_least_0 = ep::activation([](auto z) { return max(z, 0); });
constexpr auto at_most_0 = ep::activation([](auto z) { return min(z, 0); });
constexpr auto cosine = ep::activation([](auto z) { return cos(z); });
constexpr auto sine = ep::activation([](auto z) { return sin(z); });
constexpr auto error_function = ep::activation([](auto z) { return erf(z); });
constexpr auto exponential = ep::activation([](auto z) { return exp(z); });
constexpr auto logarithm = ep::activation([](auto z) { return log(z); });
constexpr auto root = ep::activation([](auto z) { return sqrt(z); });
constexpr auto negative = ep::activation([](auto z) { return -z; });
constexpr auto reciprocal = ep::activation([](auto z) { return 1 / z; });
constexpr auto softsign = ep::activation([](auto z) { return z / (1 + abs(z)); });
constexpr auto hard_sigmoid_5_6 = ep::activation([](auto z) { return min(max(0.5 * z + 0.6, 0), 1); });
constexpr auto hard_sigmoid_2_5 = ep::activation([](auto z) { return min(max(0.2 * z + 0.5, 0), 1); });
constexpr auto selu_2_3 = ep::activation([](auto z) { return 3 * select(z > 0, z, 2 * expm1(z)); });
constexpr auto above_1 = ep::activation([](auto z) { return select(z > 1, z, 0); });
constexpr auto above_2 = ep::activation([](auto z) { return select(z > 2, z, 0); });

}  // namespace

TEST_CASE("elementwise operators of ONNX") {
    std::vector<network_case> cases;
    add(cases, by<applied<absolute>>("node/abs"), {});
    add(cases, by<applied<celu>>("node/celu"), {});
    add(cases, by<applied<clip_1>>("node/clip"), {"node/clip_example"});
    add(cases, by<applied<clip_5>>("node/clip_inbounds"), {"node/clip_outbounds", "node/clip_splitbounds"});
    add(cases, by<applied<at_least_0>>("node/clip_default_min"), {});
    add(cases, by<applied<at_most_0>>("node/clip_default_max"), {});
    add(cases, by<applied<cosine>>("node/cos"), {"node/cos_example"});
    add(cases, by<applied<sine>>("node/sin"), {"node/sin_example"});
    add(cases, by<applied<ep::elu<2.0>>>("node/elu"), {"node/elu_example", "pytorch-converted/ELU"});
    add(cases, by<applied<ep::elu<>>>("node/elu_default"), {});
    add(cases, by<applied<error_function>>("node/erf"), {});
    add(cases, by<applied<exponential>>("node/exp"), {"node/exp_example"});
    add(cases, by<applied<hard_sigmoid_5_6>>("node/hardsigmoid"), {"node/hardsigmoid_example"});
    add(cases, by<applied<hard_sigmoid_2_5>>("node/hardsigmoid_default"), {});
    add(cases, by<applied<ep::hard_swish>>("node/hardswish"), {"node/hardswish_expanded"});
    add(cases, by<applied<ep::leaky_relu<0.1>>>("node/leakyrelu"), {"node/leakyrelu_example"});
    add(cases, by<applied<ep::leaky_relu<>>>("node/leakyrelu_default"), {"pytorch-converted/LeakyReLU"});
    add(cases, by<applied<ep::leaky_relu<0.5>>>("pytorch-converted/LeakyReLU_with_negval"), {});
    add(cases, by<applied<logarithm>>("node/log"), {"node/log_example"});
    add(cases, by<applied<negative>>("node/neg"), {"node/neg_example"});
    add(cases, by<applied<ep::prelu<>>>("pytorch-converted/PReLU_1d"),
        {"pytorch-converted/PReLU_2d", "pytorch-converted/PReLU_3d"});
    add(cases, by<applied<reciprocal>>("node/reciprocal"), {"node/reciprocal_example"});
    add(cases, by<applied<ep::relu>>("node/relu"), {"pytorch-converted/ReLU"});
    add(cases, by<applied<selu_2_3>>("node/selu"), {"node/selu_example"});
    add(cases, by<applied<ep::selu>>("node/selu_default"), {"pytorch-converted/SELU"});
    add(cases, by<applied<ep::sigmoid>>("node/sigmoid"), {"node/sigmoid_example", "pytorch-converted/Sigmoid"});
    add(cases, by<applied<ep::softplus>>("node/softplus"), {"node/softplus_example", "pytorch-converted/Softplus"});
    add(cases, by<applied<softsign>>("node/softsign"), {"node/softsign_example"});
    add(cases, by<applied<root>>("node/sqrt"), {"node/sqrt_example"});
    add(cases, by<applied<ep::tanh>>("node/tanh"), {"node/tanh_example", "pytorch-converted/Tanh"});
    add(cases, by<applied<above_2>>("node/thresholdedrelu"), {"node/thresholdedrelu_example"});
    add(cases, by<applied<above_1>>("node/thresholdedrelu_default"), {});
    add(cases, by<applied<ep::identity>>("node/identity"), {"node/clip_default_inbounds"});
    add(cases, by<applied<ep::dropout<0.5>>>("node/dropout_default"),
        {"node/dropout_default_mask", "node/dropout_default_mask_ratio", "node/dropout_default_old",
         "node/dropout_default_ratio", "node/dropout_random_old", "node/training_dropout_zero_ratio",
         "node/training_dropout_zero_ratio_mask"});
    check_operators("elementwise", {"Abs",        "Celu",      "Clip", "Cos",         "Dropout",
                                    "Elu",        "Erf",       "Exp",  "HardSigmoid", "HardSwish",
                                    "Identity",   "LeakyRelu", "Log",  "Neg",         "PRelu",
                                    "Reciprocal", "Relu",      "Selu", "Sigmoid",     "Sin",
                                    "Softplus",   "Softsign",  "Sqrt", "Tanh",        "ThresholdedRelu"},
                    {"Mul", "Constant"}, cases,
                    {{"node/prelu_", "prelu learns one slope, shared by all features"},
                     {"pytorch-converted/PReLU_1d_multiparam", "prelu learns one slope, shared by all features"},
                     {"pytorch-converted/PReLU_2d_multiparam", "prelu learns one slope, shared by all features"},
                     {"pytorch-converted/PReLU_3d_multiparam", "prelu learns one slope, shared by all features"},
                     {"node/training_dropout_default", "random: the coins are ONNX's"},
                     {"node/training_dropout_mask", "random: the coins are ONNX's"},
                     {"node/training_dropout", "random: the coins are ONNX's"},
                     {"node/identity_opt", "an optional value, not a tensor"},
                     {"node/identity_sequence", "a sequence, not a tensor"}});
}
