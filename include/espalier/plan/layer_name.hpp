// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <espalier/core/rarely.hpp>
#include <espalier/core/text.hpp>
#include <espalier/layer/contract.hpp>
#include <espalier/plan/norm_name.hpp>
#include <espalier/plan/number_text.hpp>
#include <espalier/plan/symbols.hpp>
#include <espalier/plan/window_name.hpp>

namespace espalier {

namespace detail {

[[gnu::cold]] inline std::string shape_text(const extents& shape, std::string_view separator = "x") {
    std::string text;
    for (std::size_t i = 0; i < shape.rank; ++i) {
        if (i > 0) text += separator;
        text += text_of({shape.extent[i]});
    }
    return text;
}

/// 12 → ¹²
[[gnu::cold]] inline std::string superscript(std::size_t number) {
    static constexpr std::string_view digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text;
    for (const char digit : text_of({number})) text += digits[digit - '0'];
    return text;
}

/// As the mathematics writes it: W², δ¹, ∇W²; the target is y.
[[gnu::cold]] inline std::string symbol_text(const symbol& of) {
    using enum symbol::quantity;
    switch (of.of) {
        case weights:
            return text_of({"W", superscript(of.layer)});
        case bias:
            return text_of({"b", superscript(of.layer)});
        case preactivation:
            return text_of({"z", superscript(of.layer)});
        case activation:
            return text_of({"a", superscript(of.layer)});
        case delta:
            return text_of({"δ", superscript(of.layer)});
        case weight_gradient:
            return text_of({"∇W", superscript(of.layer)});
        case target:
            return "y";
    }
    return {};
}

/// What a layer's type says about how it was written.
struct layer_words {
    std::string_view kind;
    std::span<const double> arguments{};
    extents shape{};  // of an input
    const layer::window_options* window = nullptr;
    const layer::norm_options* norm = nullptr;
    bool has_bias = true;
    bool is_frozen = false;
};

[[gnu::cold]] inline std::string layer_text(const layer_words& words) {
    std::string arguments = shape_text(words.shape, ", ");
    const auto add = [&](std::string_view text) {
        if (!arguments.empty()) arguments += ", ";
        arguments += text;
    };
    for (const double each : words.arguments) add(number_text(each));
    if (words.window != nullptr) name_window_options(*words.window, add);
    if (words.norm != nullptr) name_norm_options(*words.norm, add);
    if (!words.has_bias) add("no_bias");
    std::string name(words.kind);
    if (!arguments.empty()) name = text_of({name, "<", arguments, ">"});
    return words.is_frozen ? text_of({"frozen(", name, ")"}) : name;
}

}  // namespace detail

/// A layer as its user wrote it: "dense<128>", "leaky_relu<0.01>", "input<1, 28, 28>", "frozen(dense<64>)". A layer
/// tells its arguments by an optional `static constexpr std::array<double, N> arguments`.
template <layer::Layer Layer>
std::string layer_name() {
    detail::layer_words words;
    words.kind = Layer::kind;
    words.is_frozen = layer::Frozen<Layer>;
    if constexpr (requires { Layer::arguments; })
        words.arguments = Layer::arguments;
    else if constexpr (layer::InputLayer<Layer>)
        words.shape = Layer::output({});
    if constexpr (requires { Layer::options.has_stride; }) words.window = &Layer::options;
    if constexpr (requires { Layer::options.has_affine; })
        words.norm = &Layer::options;
    else if constexpr (requires { Layer::has_bias; })
        words.has_bias = Layer::has_bias;
    return detail::rarely<detail::layer_text>(words);
}

}  // namespace espalier
