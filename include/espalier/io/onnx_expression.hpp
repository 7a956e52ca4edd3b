// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/program.hpp>
#include <espalier/expression/record.hpp>
#include <espalier/io/onnx_graph.hpp>

/// An expression as ONNX nodes, one for each instruction: so every activation has an ONNX form, a user's as well.
namespace espalier::io {

namespace detail {

/// The operator of a node with the same meaning; null where it takes several.
constexpr const char* onnx_operator(expression::operation kind) {
    using enum expression::operation;
    switch (kind) {
        case add:
            return "Add";
        case subtract:
            return "Sub";
        case multiply:
            return "Mul";
        case divide:
            return "Div";
        case negate:
            return "Neg";
        case minimum:
            return "Min";
        case maximum:
            return "Max";
        case greater:
            return "Greater";
        case at_least:
            return "GreaterOrEqual";
        case select:
            return "Where";
        case abs:
            return "Abs";
        case sqrt:
            return "Sqrt";
        case exp:
            return "Exp";
        case log:
            return "Log";
        case tanh:
            return "Tanh";
        case sigmoid:
            return "Sigmoid";
        case softplus:
            return "Softplus";
        case erf:
            return "Erf";
        case sin:
            return "Sin";
        case cos:
            return "Cos";
        default:
            return nullptr;
    }
}

template <class Tree>
constexpr expression::program program_of(const Tree& tree) {
    expression::tape tape;
    const expression::index z = leaf_of(tape, expression::operation::variable);
    const expression::index root = record(tape, tree, expression::binding{.variable = z});
    return extract(tape, &root, 1);
}

}  // namespace detail

/// Adds an expression of `x`, whose parameters are the given tensors of one element; returns its value's name.
/// expm1 and log1p become exp(x) − 1 and log(1 + x), which cancel near 0: their error is that of rounding 1 + x.
template <auto Expression>
std::string add_expression(onnx_graph& graph, const std::string& x, std::span<const std::string> parameters) {
    using enum expression::operation;
    static constexpr expression::program code = detail::program_of(Expression);
    std::vector<std::string> value;
    for (std::size_t i = 0; i < code.size; ++i) {
        const expression::instruction& at = code.code[i];
        const auto operand = [&](expression::index of) -> const std::string& { return value[of]; };
        if (at.kind == constant) {
            value.push_back(graph.number(at.value));
        } else if (at.kind == variable) {
            value.push_back(x);
        } else if (at.kind == parameter) {
            value.push_back(parameters[at.number]);
        } else if (at.kind == expm1) {
            value.push_back(graph.node("Sub", {graph.node("Exp", {operand(at.first)}), graph.number(1)}));
        } else if (at.kind == log1p) {
            value.push_back(graph.node("Log", {graph.node("Add", {operand(at.first), graph.number(1)})}));
        } else {
            const char* const name = detail::onnx_operator(at.kind);
            if (at.second == expression::nothing)
                value.push_back(graph.node(name, {operand(at.first)}));
            else if (at.third == expression::nothing)
                value.push_back(graph.node(name, {operand(at.first), operand(at.second)}));
            else
                value.push_back(graph.node(name, {operand(at.first), operand(at.second), operand(at.third)}));
        }
    }
    return value[code.results[0]];
}

}  // namespace espalier::io
