// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Elementwise operators as expressions of one variable: what becomes an activation.
namespace importer {

/// An expression of z. Shared, never changed.
struct term {
    enum class kind : unsigned char { number, variable, call, binary, condition };

    kind is = kind::variable;
    double value = 0;
    std::string symbol;  // of a call its name, else the operator
    std::vector<std::shared_ptr<const term>> operands;
    std::size_t size = 1;  // nodes, shared ones counted each time they occur
};
using term_pointer = std::shared_ptr<const term>;

inline std::string decimal(double number) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

double evaluate(const term& of, double z);

inline term_pointer number(double value) {
    return std::make_shared<term>(term{.is = term::kind::number, .value = value, .symbol = {}, .operands = {}});
}
inline term_pointer variable() { return std::make_shared<term>(); }

/// A term of operands; numbers among themselves become a number.
inline term_pointer make_term(term::kind is, std::string symbol, std::vector<term_pointer> operands) {
    term made{.is = is, .symbol = std::move(symbol), .operands = std::move(operands)};
    bool all_numbers = true;
    for (const term_pointer& each : made.operands) {
        made.size += each->size;
        all_numbers = all_numbers && each->is == term::kind::number;
    }
    if (all_numbers && is != term::kind::condition) return number(evaluate(made, 0));
    return std::make_shared<term>(std::move(made));
}
inline term_pointer call(std::string name, std::vector<term_pointer> operands) {
    return make_term(term::kind::call, std::move(name), std::move(operands));
}
inline term_pointer binary(const char* symbol, term_pointer left, term_pointer right) {
    return make_term(term::kind::binary, symbol, {std::move(left), std::move(right)});
}

/// As C++ in Espalier's language of expressions, in parentheses where it binds less than `binding`: 1 a sum, 2 a
/// product, 3 a sign.
inline std::string text(const term& of, int binding = 0) {
    switch (of.is) {
        case term::kind::number:
            return of.value < 0 && binding > 1 ? "(" + decimal(of.value) + ")" : decimal(of.value);
        case term::kind::variable:
            return "z";
        case term::kind::call: {
            if (of.symbol == "-") {
                const std::string inner = "-" + text(*of.operands[0], 3);
                return binding > 1 ? "(" + inner + ")" : inner;
            }
            std::string list;
            for (const term_pointer& each : of.operands) list += (list.empty() ? "" : ", ") + text(*each);
            return of.symbol + "(" + list + ")";
        }
        default: {
            const bool product = of.symbol == "*" || of.symbol == "/";
            const bool comparison = of.is == term::kind::condition;
            const int own = comparison ? 0 : product ? 2 : 1;
            const bool strict = of.symbol == "-" || of.symbol == "/";
            const std::string inner = text(*of.operands[0], comparison ? 1 : own) + " " + of.symbol + " " +
                                      text(*of.operands[1], comparison ? 1
                                                            : strict   ? own + 1
                                                                       : own);
            return own < binding ? "(" + inner + ")" : inner;
        }
    }
}

inline double evaluate(const term& of, double z) {
    const auto at = [&](std::size_t i) { return evaluate(*of.operands[i], z); };
    const std::string& s = of.symbol;
    switch (of.is) {
        case term::kind::number:
            return of.value;
        case term::kind::variable:
            return z;
        case term::kind::condition:
            return s == ">" ? at(0) > at(1) : at(0) >= at(1);
        case term::kind::binary:
            return s == "+" ? at(0) + at(1) : s == "-" ? at(0) - at(1) : s == "*" ? at(0) * at(1) : at(0) / at(1);
        case term::kind::call:
            break;
    }
    if (s == "select") return at(0) != 0 ? at(1) : at(2);
    if (s == "min") return std::min(at(0), at(1));
    if (s == "max") return std::max(at(0), at(1));
    const double x = at(0);
    if (s == "sigmoid") return 1 / (1 + std::exp(-x));
    if (s == "softplus") return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
    if (s == "-") return -x;
    using function = double (*)(double);
    constexpr std::pair<std::string_view, function> functions[] = {
        {"abs", [](double v) { return std::abs(v); }},   {"sqrt", [](double v) { return std::sqrt(v); }},
        {"exp", [](double v) { return std::exp(v); }},   {"expm1", [](double v) { return std::expm1(v); }},
        {"log", [](double v) { return std::log(v); }},   {"log1p", [](double v) { return std::log1p(v); }},
        {"tanh", [](double v) { return std::tanh(v); }}, {"erf", [](double v) { return std::erf(v); }},
        {"sin", [](double v) { return std::sin(v); }},   {"cos", [](double v) { return std::cos(v); }},
        {"square", [](double v) { return v * v; }}};
    for (const auto& [name, f] : functions)
        if (name == s) return f(x);
    return std::nan("");
}

/// The nodes of an expression, shared ones once.
inline void collect_nodes(const term& of, std::set<const term*>& to) {
    if (!to.insert(&of).second) return;
    for (const term_pointer& each : of.operands) collect_nodes(*each, to);
}

/// Where two expressions that differ do so: in every octave of float, more densely where activations bend, and around
/// what else may bend this one, its constants and the points at which a comparison of it changes.
inline std::vector<double> telling_points(const term& of) {
    std::vector<double> points{0};
    const auto around = [&](double z) {
        const float at = static_cast<float>(z), infinity = std::numeric_limits<float>::infinity();
        const double step = 1e-5 * std::max(1e-3, std::abs(z));
        for (const double each : {z, z - step, z + step, static_cast<double>(std::nextafter(at, -infinity)),
                                  static_cast<double>(std::nextafter(at, infinity))})
            if (std::isfinite(each)) points.push_back(each);
    };
    for (double z = -12; z <= 12; z += 0.171875) points.push_back(z);
    for (int octave = -60; octave < 128; ++octave)
        for (const double sign : {-1.0, 1.0}) points.push_back(sign * std::ldexp(1.0, octave));
    std::set<const term*> nodes;
    collect_nodes(of, nodes);
    for (const term* each : nodes)
        if (each->is == term::kind::number) {
            around(each->value);
            around(-each->value);
        }
    std::ranges::sort(points);
    const std::vector<double> grid = points;
    for (const term* each : nodes) {
        const bool compares = each->is == term::kind::condition || each->symbol == "min" || each->symbol == "max";
        if (!compares && each->symbol != "abs") continue;
        const auto positive = [&](double z) {
            return evaluate(*each->operands[0], z) > (compares ? evaluate(*each->operands[1], z) : 0);
        };
        bool before = positive(grid[0]);
        for (std::size_t i = 1; i < grid.size(); ++i) {
            const bool here = positive(grid[i]);
            if (here != before) {
                double low = grid[i - 1], high = grid[i];
                for (int halving = 0; halving < 64; ++halving) {
                    const double middle = low + (high - low) / 2;
                    (positive(middle) == before ? low : high) = middle;
                }
                around(high);
            }
            before = here;
        }
    }
    return points;
}

/// The activation of the library that computes the same, within float's rounding; empty where none does.
inline std::string known_activation(const term& of) {
    using function = double (*)(double);
    // These two pass on a sample as it is, small as it may be; the others round on their way.
    constexpr std::size_t exact = 2;
    constexpr std::pair<const char*, function> known[] = {
        {"identity", [](double z) { return z; }},
        {"relu", [](double z) { return std::max(z, 0.0); }},
        {"sigmoid", [](double z) { return 1 / (1 + std::exp(-z)); }},
        {"tanh", [](double z) { return std::tanh(z); }},
        {"silu", [](double z) { return z / (1 + std::exp(-z)); }},
        {"gelu", [](double z) { return z / 2 * (1 + std::erf(z / std::sqrt(2.0))); }},
        {"gelu_tanh",
         [](double z) { return z / 2 * (1 + std::tanh(0.79788456080286535588 * (z + 0.044715 * z * z * z))); }},
        {"mish", [](double z) { return z * std::tanh(std::log1p(std::exp(z))); }},
        {"hard_sigmoid", [](double z) { return std::clamp(z / 6 + 0.5, 0.0, 1.0); }},
        {"hard_swish", [](double z) { return z * std::clamp(z / 6 + 0.5, 0.0, 1.0); }}};
    std::vector<double> points;
    for (std::size_t i = 0; i < std::size(known); ++i) {
        const auto same = [&, f = known[i].second](double z) {
            const double expected = f(z);
            return std::abs(evaluate(of, z) - expected) <= 1e-6 * ((i < exact ? 0 : 1) + std::abs(expected));
        };
        if (!same(-1) || !same(0.5)) continue;
        if (points.empty()) points = telling_points(of);
        if (std::ranges::all_of(points, same)) return known[i].first;
    }
    return {};
}

}  // namespace importer
