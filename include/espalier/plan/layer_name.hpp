// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include <espalier/layer/contract.hpp>
#include <espalier/plan/symbols.hpp>

namespace espalier {

namespace detail {

/// The shortest decimal that reads back as the number: 128, 0.01.
inline std::string number_text(double number) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

inline std::string shape_text(const extents& shape, std::string_view separator = "x") {
    std::string text;
    for (std::size_t i = 0; i < shape.rank; ++i) {
        if (i > 0) text += separator;
        text += std::to_string(shape.extent[i]);
    }
    return text;
}

/// 12 → ¹²
inline std::string superscript(std::size_t number) {
    static constexpr std::string_view digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text;
    for (const char digit : std::to_string(number)) text += digits[digit - '0'];
    return text;
}

/// As the mathematics writes it: W², δ¹, ∇W²; the target is y.
inline std::string symbol_text(const symbol& of) {
    using enum symbol::quantity;
    switch (of.of) {
        case weights:
            return "W" + superscript(of.layer);
        case bias:
            return "b" + superscript(of.layer);
        case preactivation:
            return "z" + superscript(of.layer);
        case activation:
            return "a" + superscript(of.layer);
        case delta:
            return "δ" + superscript(of.layer);
        case weight_gradient:
            return "∇W" + superscript(of.layer);
        case target:
            return "y";
    }
    return {};
}

}  // namespace detail

/// A layer as its user wrote it: "dense<128>", "leaky_relu<0.01>", "input<1, 28, 28>", "frozen(dense<64>)". A layer
/// tells its arguments by an optional `static constexpr std::array<double, N> arguments`.
template <layer::Layer Layer>
std::string layer_name() {
    std::string arguments;
    const auto add = [&](std::string_view text) {
        if (!arguments.empty()) arguments += ", ";
        arguments += text;
    };
    if constexpr (requires { Layer::arguments; }) {
        for (const double each : Layer::arguments) add(detail::number_text(each));
    } else if constexpr (layer::InputLayer<Layer>) {
        add(detail::shape_text(Layer::output({}), ", "));
    }
    if constexpr (requires { Layer::has_bias; })
        if (!Layer::has_bias) add("no_bias");
    std::string name(Layer::kind);
    if (!arguments.empty()) name += "<" + arguments + ">";
    if constexpr (layer::Frozen<Layer>) name = "frozen(" + name + ")";
    return name;
}

}  // namespace espalier
