// SPDX-License-Identifier: MIT
#pragma once

#include "dense_layers.hpp"
#include "image_layers.hpp"
#include "norm_layers.hpp"
#include "shape_layers.hpp"

/// Operators that have a layer of their own.
namespace importer {

inline std::string activation_text(const term& of) {
    const std::string known = known_activation(of);
    return known.empty() ? "activation([](auto z) { return " + text(of) + "; })" : known;
}

inline void read_activation(step& s) {
    s.inputs(1, 1);
    const std::string& op = s.node.op_type();
    constexpr std::pair<std::string_view, const char*> same[] = {
        {"Relu", "relu"}, {"Sigmoid", "sigmoid"}, {"Tanh", "tanh"}, {"Softplus", "softplus"}};
    for (const auto& [name, word] : same)
        if (name == op) return s.add(word);
    if (op == "LeakyRelu") return s.add("leaky_relu<" + decimal(s.given.number("alpha", 0.01)) + ">");
    if (op == "Elu") {
        const double alpha = s.given.number("alpha", 1);
        return s.add(alpha == 1 ? "elu<>" : "elu<" + decimal(alpha) + ">");
    }
    const double alpha = s.given.number("alpha", 1.6732632), gamma = s.given.number("gamma", 1.050701);
    const auto close = [](double a, double b) { return std::abs(a - b) < 1e-6; };
    if (op == "Selu" && close(alpha, 1.6732632423543772848) && close(gamma, 1.0507009873554804934))
        return s.add("selu");
    s.given.number("beta", 0);
    s.add(activation_text(*elementwise_term(s.graph(), s.node, {variable()})));
}

inline void read_prelu(step& s) {
    s.inputs(2, 2);
    numbers slope = s.constant(1);
    if (slope.values.size() != 1)
        s.fail("one slope for all features", std::to_string(slope.values.size()) + " of them");
    s.add("prelu<>", {{"weight", {1}, std::move(slope.values)}});
}

inline void read_dropout(step& s) {
    s.inputs(1, 3);
    double probability = s.given.number("ratio", 0.5);
    s.given.integer("seed", 0);
    if (s.has_input(1)) {
        const numbers ratio = s.constant(1);
        if (ratio.values.size() != 1) s.fail("one ratio", std::to_string(ratio.values.size()));
        probability = s.model().literal(ratio.values[0]);
    }
    if (s.has_input(2) && !(s.graph().is_constant(s.node.input(2)) && s.graph().is_false(s.node, s.node.input(2))))
        s.fail("a model for inference, false as input 2", in_quotes(s.node.input(2)));
    if (!(probability >= 0 && probability < 1)) s.fail("a ratio in [0, 1)", decimal(probability));
    s.add("dropout<" + decimal(probability) + ">");
}

using layer_reader = void (*)(step&);

/// Null where an operator has no layer of its own.
inline layer_reader reader_of(std::string_view operation) {
    constexpr std::pair<std::string_view, layer_reader> all[] = {{"AveragePool", read_pool},
                                                                 {"BatchNormalization", read_batch_norm},
                                                                 {"Conv", read_convolution},
                                                                 {"ConvTranspose", read_transposed_convolution},
                                                                 {"Dropout", read_dropout},
                                                                 {"Elu", read_activation},
                                                                 {"Flatten", read_flatten},
                                                                 {"Gemm", read_gemm},
                                                                 {"GlobalAveragePool", read_global_average},
                                                                 {"GroupNormalization", read_group_norm},
                                                                 {"HardSigmoid", read_activation},
                                                                 {"InstanceNormalization", read_group_norm},
                                                                 {"LayerNormalization", read_layer_norm},
                                                                 {"LeakyRelu", read_activation},
                                                                 {"LogSoftmax", read_softmax},
                                                                 {"MatMul", read_matrix_product},
                                                                 {"MaxPool", read_pool},
                                                                 {"PRelu", read_prelu},
                                                                 {"Pad", read_pad},
                                                                 {"ReduceMean", read_mean},
                                                                 {"Relu", read_activation},
                                                                 {"Reshape", read_reshape},
                                                                 {"Resize", read_resize},
                                                                 {"Selu", read_activation},
                                                                 {"Sigmoid", read_activation},
                                                                 {"Softmax", read_softmax},
                                                                 {"Softplus", read_activation},
                                                                 {"Squeeze", read_axes},
                                                                 {"Tanh", read_activation},
                                                                 {"Unsqueeze", read_axes},
                                                                 {"Upsample", read_resize}};
    for (const auto& [name, reader] : all)
        if (name == operation) return reader;
    return nullptr;
}

}  // namespace importer
