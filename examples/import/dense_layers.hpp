// SPDX-License-Identifier: MIT
#pragma once

#include "step.hpp"

/// Products with a matrix.
namespace importer {

namespace detail {

/// W [outputs][inputs] of a constant, which is that or its transpose.
inline learned_tensor matrix(const step& s, bool outputs_first, double factor) {
    const numbers given = s.constant(1);
    if (given.extents.size() != 2) s.fail("a matrix of weights", "shape " + written(given.extents));
    const std::size_t outputs = given.extents[outputs_first ? 0 : 1], inputs = given.extents[outputs_first ? 1 : 0];
    if (s.at.sample.size() != 1 || s.at.sample[0] != inputs)
        s.fail("samples of shape " + written({inputs}), written(s.at.sample));
    learned_tensor weight{"weight", {outputs, inputs}, std::vector<double>(given.values.size())};
    for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t i = 0; i < inputs; ++i)
            weight.values[o * inputs + i] = factor * given.values[outputs_first ? o * inputs + i : i * outputs + o];
    return weight;
}

/// b [outputs] of a constant that ONNX would stretch to it.
inline std::optional<learned_tensor> row(const numbers& given, std::size_t outputs, double factor) {
    const bool is_row = given.extents.empty() || given.extents.back() == given.values.size();
    if (!is_row || (given.values.size() != outputs && given.values.size() != 1)) return std::nullopt;
    learned_tensor bias{"bias", {outputs}, std::vector<double>(outputs)};
    for (std::size_t o = 0; o < outputs; ++o) bias.values[o] = factor * given.values[given.values.size() == 1 ? 0 : o];
    return bias;
}

inline void add_dense(step& s, learned_tensor weight, std::optional<learned_tensor> bias) {
    const std::size_t outputs = weight.extents[0];
    std::vector<learned_tensor> tensors{std::move(weight)};
    if (bias) tensors.push_back(std::move(*bias));
    const char* const end = bias ? ">" : ", ep::no_bias>";
    s.add("dense<" + std::to_string(outputs) + end, shape{outputs}, std::move(tensors));
}

}  // namespace detail

inline void read_gemm(step& s) {
    s.inputs(2, 3);
    s.given.only("transA", 0);
    const bool outputs_first = s.given.integer("transB", 0) != 0;
    learned_tensor weight = detail::matrix(s, outputs_first, s.given.number("alpha", 1));
    const double beta = s.given.number("beta", 1);
    std::optional<learned_tensor> bias;
    if (s.has_input(2)) {
        const numbers given = s.constant(2);
        bias = detail::row(given, weight.extents[0], beta);
        if (!bias)
            s.fail("a bias of " + std::to_string(weight.extents[0]) + " elements", "shape " + written(given.extents));
    }
    detail::add_dense(s, std::move(weight), std::move(bias));
}

/// MatMul, and the addition of a bias behind it.
inline void read_matrix_product(step& s) {
    s.inputs(2, 2);
    learned_tensor weight = detail::matrix(s, false, 1);
    std::optional<learned_tensor> bias;
    if (const onnx::NodeProto* const next = s.follower("Add"); next != nullptr && next->input_size() == 2) {
        const std::string& other = next->input(next->input(0) == s.made() ? 1 : 0);
        if (s.graph().is_constant(other)) bias = detail::row(s.graph().constant(*next, other), weight.extents[0], 1);
        if (bias) {
            attributes(s.graph(), *next).none_left();
            s.take_follower();
        }
    }
    detail::add_dense(s, std::move(weight), std::move(bias));
}

}  // namespace importer
