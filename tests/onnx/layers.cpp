// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;

namespace {

/// A Gemm's matrices as dense has them: x [rows][inputs], W [outputs][inputs], both scales in W and b.
adaptation gemm(bool transposed_weight, float alpha = 1, float beta = 1, bool transposed_x = false) {
    return [=](backend_test& test) {
        if (transposed_x) transpose(test.x);
        if (!transposed_weight) transpose(test.parameters[0]);
        for (float& each : test.parameters[0].values) each *= alpha;
        if (test.parameters.size() > 1)
            for (float& each : test.parameters[1].values) each *= beta;
    };
}

void swap_table_and_indices(backend_test& test) { std::swap(test.x, test.parameters[0]); }

constexpr auto negative = ep::activation([](auto z) { return -z; });

void add_products(std::vector<network_case>& cases) {
    cases.push_back(
        by<(ep::input<4> >> ep::dense<5>), true>("node/gemm_all_attributes", gemm(true, 0.25f, 0.35f, true)));
    cases.push_back(by<(ep::input<5> >> ep::dense<4>)>("node/gemm_alpha", gemm(false, 0.5f)));
    cases.push_back(by<(ep::input<5> >> ep::dense<4>)>("node/gemm_default_zero_bias", gemm(false)));
    cases.push_back(by<(ep::input<7> >> ep::dense<4>)>("node/gemm_beta", gemm(false, 1, 0.5f)));
    cases.push_back(by<(ep::input<7> >> ep::dense<4>)>("node/gemm_default_vector_bias", gemm(false)));
    cases.push_back(by<(ep::input<10> >> ep::dense<3, ep::no_bias>)>("node/gemm_default_no_bias", gemm(false)));
    cases.push_back(by<(ep::input<3> >> ep::dense<4>)>("node/gemm_default_scalar_bias", gemm(false)));
    cases.push_back(by<(ep::input<7> >> ep::dense<3>)>("node/gemm_default_single_elem_vector_bias", gemm(false)));
    cases.push_back(by<(ep::input<6> >> ep::dense<4>)>("node/gemm_transposeA", gemm(false, 1, 1, true)));
    cases.push_back(by<(ep::input<6> >> ep::dense<4>)>("node/gemm_transposeB", gemm(true)));
    cases.push_back(by<(ep::input<4> >> ep::dense<3, ep::no_bias>)>("node/matmul_2d", gemm(false)));
    cases.push_back(by<(ep::input<10> >> ep::dense<8>)>("pytorch-converted/Linear"));
    cases.push_back(by<(ep::input<10> >> ep::dense<8, ep::no_bias>)>("pytorch-converted/Linear_no_bias"));
    cases.push_back(by<(ep::input<3> >> ep::embedding<5, 24>)>("node/gather_0", swap_table_and_indices));
    add(cases, by<(ep::input<4> >> ep::embedding<4, 3>)>("pytorch-converted/Embedding"),
        {"pytorch-converted/Embedding_sparse"});
}

void add_softmax(std::vector<network_case>& cases) {
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::softmax<0>)>("node/softmax_axis_0"));
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::softmax<1>), true>("node/softmax_axis_1"));
    add(cases, by<(ep::input<4, 5> >> ep::softmax<1>)>("node/softmax_axis_2"),
        {"node/softmax_default_axis", "node/softmax_negative_axis", "pytorch-converted/softmax_functional_dim3"});
    cases.push_back(by<(ep::input<3> >> ep::softmax<>)>("node/softmax_example"));
    cases.push_back(by<(ep::input<4> >> ep::softmax<>)>("node/softmax_large_number"));
    cases.push_back(by<(ep::input<20> >> ep::softmax<>)>("pytorch-converted/Softmax"));
    cases.push_back(by<(ep::input<20> >> negative >> ep::softmax<>)>("pytorch-converted/Softmin"));
    cases.push_back(by<(ep::input<128> >> ep::softmax<>)>("pytorch-converted/softmax_lastdim"));
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::log_softmax<0>)>("node/logsoftmax_axis_0"));
    cases.push_back(by<(ep::input<3, 4, 5> >> ep::log_softmax<1>)>("node/logsoftmax_axis_1"));
    add(cases, by<(ep::input<4, 5> >> ep::log_softmax<1>)>("node/logsoftmax_axis_2"),
        {"node/logsoftmax_default_axis", "node/logsoftmax_negative_axis", "pytorch-converted/log_softmax_dim3"});
    cases.push_back(by<(ep::input<3> >> ep::log_softmax<>)>("node/logsoftmax_example_1"));
    cases.push_back(by<(ep::input<4> >> ep::log_softmax<>)>("node/logsoftmax_large_number"));
    cases.push_back(by<(ep::input<20> >> ep::log_softmax<>)>("pytorch-converted/LogSoftmax"));
    cases.push_back(by<(ep::input<128> >> ep::log_softmax<>)>("pytorch-converted/log_softmax_lastdim"));
}

}  // namespace

TEST_CASE("products, tables and softmax of ONNX") {
    std::vector<network_case> cases;
    add_products(cases);
    add_softmax(cases);
    check_operators("layers", {"Gather", "Gemm", "LogSoftmax", "MatMul", "Softmax"}, {"Neg", "Transpose", "Constant"},
                    cases,
                    {{"node/gather_1", "along axis 1: an embedding looks up rows"},
                     {"node/gather_2d_indices", "along axis 1: an embedding looks up rows"},
                     {"node/gather_negative_indices", "from the end: an index below 0 counts as 0"},
                     {"node/gemm_default_matrix_bias", "a bias for each row: dense has one for all"},
                     {"node/matmul_3d", "a matrix for each sample: dense has one for all"},
                     {"node/matmul_4d", "a matrix for each sample: dense has one for all"}});
}
