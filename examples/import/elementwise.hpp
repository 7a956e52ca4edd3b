// SPDX-License-Identifier: MIT
#pragma once

#include <numbers>
#include <optional>

#include "model_graph.hpp"
#include "scalar_expression.hpp"

/// The operators that work element by element.
namespace importer {

inline bool is_elementwise(std::string_view operation) {
    constexpr std::string_view all[] = {
        "Abs",        "Add",         "Clip",     "Cos",       "Div",         "Elu",
        "Erf",        "Exp",         "Gelu",     "Greater",   "Less",        "GreaterOrEqual",
        "HardSwish",  "HardSigmoid", "Identity", "LeakyRelu", "LessOrEqual", "Log",
        "Max",        "Min",         "Mish",     "Mul",       "Neg",         "Pow",
        "Reciprocal", "Relu",        "Selu",     "Sigmoid",   "Sin",         "Softplus",
        "Softsign",   "Sqrt",        "Sub",      "Tanh",      "Where"};
    return std::ranges::find(all, operation) != std::end(all);
}

/// A node as an expression of its operands; those left out are null.
inline term_pointer elementwise_term(const model_graph& graph, const onnx::NodeProto& node,
                                     const std::vector<term_pointer>& x) {
    constexpr auto condition = term::kind::condition;
    const std::string& op = node.op_type();
    attributes given(graph, node);
    const auto operands = [&](std::size_t least, std::size_t most) {
        std::size_t count = 0;
        while (count < x.size() && x[count] != nullptr) ++count;
        if (x.size() < least || x.size() > most || count < least)
            graph.fail(node, std::to_string(least) + " inputs", std::to_string(x.size()));
        for (const term_pointer& each : x)
            if (each != nullptr && each->is == condition && !(op == "Where" && each == x[0]))
                graph.fail(node, "numbers", "a comparison");
    };
    const auto one = [&](const char* name) {
        operands(1, 1);
        return call(name, {x[0]});
    };
    const auto two = [&](const char* symbol) {
        operands(2, 2);
        return binary(symbol, x[0], x[1]);
    };
    const auto compared = [&](const char* symbol, bool swapped) {
        operands(2, 2);
        return make_term(condition, symbol, {x[swapped ? 1 : 0], x[swapped ? 0 : 1]});
    };
    const auto folded = [&](const char* name) {
        operands(1, 64);
        term_pointer all = x[0];
        for (std::size_t i = 1; i < x.size(); ++i) all = call(name, {all, x[i]});
        return all;
    };
    const auto clamp = [&](const term_pointer& of, const term_pointer& low, const term_pointer& high) {
        const term_pointer raised = low == nullptr ? of : call("max", {of, low});
        return high == nullptr ? raised : call("min", {raised, high});
    };
    const auto above_zero = [&] { return make_term(condition, ">", {x[0], number(0)}); };
    const auto made = [&]() -> term_pointer {
        if (op == "Identity") return operands(1, 1), x[0];
        if (op == "Add") return two("+");
        if (op == "Sub") return two("-");
        if (op == "Mul") return two("*");
        if (op == "Div") return two("/");
        if (op == "Greater") return compared(">", false);
        if (op == "GreaterOrEqual") return compared(">=", false);
        if (op == "Less") return compared(">", true);
        if (op == "LessOrEqual") return compared(">=", true);
        if (op == "Max") return folded("max");
        if (op == "Min") return folded("min");
        if (op == "Relu") return operands(1, 1), call("max", {x[0], number(0)});
        if (op == "Reciprocal") return operands(1, 1), binary("/", number(1), x[0]);
        if (op == "Softsign") return operands(1, 1), binary("/", x[0], binary("+", number(1), call("abs", {x[0]})));
        if (op == "Where") {
            operands(3, 3);
            if (x[0]->is != condition)
                graph.fail(node, "a comparison as its first input",
                           "the numbers " + espalier::io::quoted(node.input(0)));
            if (x[0]->operands[0]->is == term::kind::number && x[0]->operands[1]->is == term::kind::number)
                return evaluate(*x[0], 0) != 0 ? x[1] : x[2];
            return call("select", {x[0], x[1], x[2]});
        }
        if (op == "LeakyRelu") {
            operands(1, 1);
            return call("select", {above_zero(), x[0], binary("*", number(given.number("alpha", 0.01)), x[0])});
        }
        if (op == "Elu") {
            operands(1, 1);
            const term_pointer scaled = binary("*", number(given.number("alpha", 1)), call("expm1", {x[0]}));
            return call("select", {above_zero(), x[0], scaled});
        }
        if (op == "Selu") {
            operands(1, 1);
            const double alpha = given.number("alpha", 1.6732632), gamma = given.number("gamma", 1.050701);
            const term_pointer scaled = binary("*", number(alpha), call("expm1", {x[0]}));
            return binary("*", number(gamma), call("select", {above_zero(), x[0], scaled}));
        }
        if (op == "Mish") return operands(1, 1), binary("*", x[0], call("tanh", {call("softplus", {x[0]})}));
        if (op == "Gelu") {
            operands(1, 1);
            const std::string approximate = given.word("approximate", "none");
            if (approximate != "none" && approximate != "tanh")
                graph.fail(node, "approximate = none or tanh", espalier::io::quoted(approximate));
            const term_pointer half = binary("*", number(0.5), x[0]);
            if (approximate == "none")
                return binary("*", half,
                              binary("+", number(1), call("erf", {binary("*", x[0], number(std::sqrt(0.5)))})));
            // tanh(√(2/π) (z + 0.044715 z³))
            const term_pointer cube = binary("*", binary("*", x[0], x[0]), x[0]);
            const term_pointer inner = binary("+", x[0], binary("*", number(0.044715), cube));
            return binary(
                "*", half,
                binary("+", number(1), call("tanh", {binary("*", number(std::sqrt(2 / std::numbers::pi)), inner)})));
        }
        if (op == "HardSigmoid" || op == "HardSwish") {
            operands(1, 1);
            const bool swish = op == "HardSwish";
            const double alpha = swish ? 1.0 / 6 : given.number("alpha", 0.2);
            const double beta = swish ? 0.5 : given.number("beta", 0.5);
            const term_pointer line = binary("+", binary("*", number(alpha), x[0]), number(beta));
            const term_pointer cut = clamp(line, number(0), number(1));
            return swish ? binary("*", x[0], cut) : cut;
        }
        if (op == "Clip") {
            operands(1, 3);
            const auto bound = [&](std::size_t i, const char* name) -> term_pointer {
                if (graph.opset() >= 11) return i < x.size() ? x[i] : nullptr;
                constexpr double unset = 1e300;
                const double value = given.number(name, unset);
                return value == unset ? nullptr : number(value);
            };
            return clamp(x[0], bound(1, "min"), bound(2, "max"));
        }
        if (op == "Pow") {
            operands(2, 2);
            const double power = x[1]->is == term::kind::number ? x[1]->value : std::nan("");
            if (power == 0.5) return call("sqrt", {x[0]});
            if (!(std::abs(power) >= 1 && std::abs(power) <= 8 && power == std::floor(power)))
                graph.fail(node, "a constant whole exponent from 1 to 8, its negative, or 0.5",
                           x[1]->is == term::kind::number ? decimal(power)
                                                          : "the computed " + espalier::io::quoted(node.input(1)));
            term_pointer product = x[0];
            for (int i = 1; i < static_cast<int>(std::abs(power)); ++i) product = binary("*", product, x[0]);
            return power < 0 ? binary("/", number(1), product) : product;
        }
        constexpr std::pair<std::string_view, const char*> same[] = {
            {"Abs", "abs"}, {"Cos", "cos"},   {"Erf", "erf"},         {"Exp", "exp"},
            {"Log", "log"}, {"Neg", "-"},     {"Sigmoid", "sigmoid"}, {"Softplus", "softplus"},
            {"Sin", "sin"}, {"Sqrt", "sqrt"}, {"Tanh", "tanh"}};
        for (const auto& [name, function] : same)
            if (name == op) return one(function);
        graph.fail(node, "an operator that works element by element", espalier::io::quoted(op));
    }();
    given.none_left();
    if (made->size > 1000) graph.fail(node, "an expression of at most 1000 operations", "a longer one");
    return made;
}

}  // namespace importer
