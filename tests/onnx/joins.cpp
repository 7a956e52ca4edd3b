// SPDX-License-Identifier: MIT
#include "backend.hpp"

namespace ep = espalier;
using namespace onnx_tests;

namespace {

/// All inputs of a test as one sample, one after the other; each as long as the longest.
void together(backend_test& test) {
    std::vector<tensor> inputs{test.x};
    inputs.insert(inputs.end(), test.parameters.begin(), test.parameters.end());
    const std::size_t size =
        std::ranges::max(inputs, {}, [](const tensor& each) { return each.values.size(); }).values.size();
    test.x.values.clear();
    for (const tensor& each : inputs)  // a shorter one belongs to the last axes: it repeats
        for (std::size_t i = 0; i < size; ++i) test.x.values.push_back(each.values[i % each.values.size()]);
    test.parameters.clear();
}

/// The two inputs of a row side by side, where the first axis is that of rows.
void side_by_side(backend_test& test) {
    const std::size_t rows = test.x.shape[0], size = test.x.values.size() / rows;
    std::vector<float> values;
    for (std::size_t row = 0; row < rows; ++row)
        for (const tensor* const each : {&test.x, &test.parameters[0]})
            values.insert(values.end(), each->values.begin() + static_cast<std::ptrdiff_t>(row * size),
                          each->values.begin() + static_cast<std::ptrdiff_t>((row + 1) * size));
    test.x.values = values;
    test.parameters.clear();
}

/// Input number First of those in a sample [inputs · N][…].
template <std::ptrdiff_t First, std::ptrdiff_t Behind>
constexpr auto of_vector = ep::crop<First, Behind>;

constexpr auto sum = ep::input<120> >> ep::add(of_vector<0, 60>, of_vector<60, 0>);
constexpr auto product = ep::input<120> >> ep::multiply(of_vector<0, 60>, of_vector<60, 0>);
constexpr auto product_of_3 = ep::input<6> >> ep::multiply(of_vector<0, 3>, of_vector<3, 0>);
constexpr auto sum_of_2 = ep::input<6> >> ep::add(of_vector<0, 3>, of_vector<3, 0>);
constexpr auto sum_of_3 = ep::input<9> >> ep::add(of_vector<0, 6>, of_vector<3, 3>, of_vector<6, 0>);

constexpr auto vectors = ep::input<4> >> ep::concat(of_vector<0, 2>, of_vector<2, 0>);
constexpr auto matrices = ep::input<4, 2> >> ep::concat(ep::crop<0, 0, 0, 2>, ep::crop<0, 0, 2, 0>);
constexpr auto cubes = ep::input<4, 2, 2> >> ep::concat(ep::crop<0, 0, 0, 0, 0, 2>, ep::crop<0, 0, 0, 0, 2, 0>);

}  // namespace

TEST_CASE("sums, products and concatenations of ONNX") {
    std::vector<network_case> cases;
    add(cases, by<sum, true>("node/add", together), {"node/add_bcast"});
    add(cases, by<product, true>("node/mul", together), {"node/mul_bcast"});
    cases.push_back(by<product_of_3>("node/mul_example", together));
    cases.push_back(by<sum_of_3, true>("node/sum_example", together));
    cases.push_back(by<sum_of_2>("node/sum_two_inputs", together));
    cases.push_back(by<(ep::input<1> >> ep::identity)>("node/sum_one_input"));
    add(cases, by<vectors, true>("node/concat_1d_axis_0", together), {"node/concat_1d_axis_negative_1"});
    add(cases, by<matrices>("node/concat_2d_axis_0", together), {"node/concat_2d_axis_negative_2"});
    add(cases, by<vectors>("node/concat_2d_axis_1", side_by_side), {"node/concat_2d_axis_negative_1"});
    add(cases, by<cubes>("node/concat_3d_axis_0", together), {"node/concat_3d_axis_negative_3"});
    add(cases, by<matrices>("node/concat_3d_axis_1", side_by_side), {"node/concat_3d_axis_negative_2"});
    check_operators("joins", {"Add", "Mul", "Sum", "Concat"}, {}, cases,
                    {{"node/concat_3d_axis_2", "concat joins along the first axis of a sample"},
                     {"node/concat_3d_axis_negative_1", "concat joins along the first axis of a sample"}});
}
