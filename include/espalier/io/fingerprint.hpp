// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/expression/tree.hpp>
#include <espalier/plan/layer_name.hpp>
#include <espalier/topology/shapes.hpp>

/// What a file of weights remembers of the network that it belongs to.
namespace espalier::io {

namespace detail {

/// FNV-1a, 64 bits, over numbers as eight little-endian bytes and strings with their lengths.
class fnv_hash {
public:
    constexpr void add(std::uint64_t number) {
        for (int byte = 0; byte < 8; ++byte) add_byte(number >> 8 * byte & 0xff);
    }
    constexpr void add(std::string_view text) {
        add(std::uint64_t{text.size()});
        for (const char letter : text) add_byte(static_cast<unsigned char>(letter));
    }
    constexpr void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
    constexpr void add(const extents& shape) {
        add(std::uint64_t{shape.rank});
        for (std::size_t i = 0; i < shape.rank; ++i) add(std::uint64_t{shape.extent[i]});
    }

    template <expression::operation Kind, std::size_t Number>
    constexpr void add(expression::leaf<Kind, Number>) {
        add(static_cast<std::uint64_t>(Kind));
        add(std::uint64_t{Number});
    }
    constexpr void add(expression::constant number) { add(number.value); }
    constexpr void add(expression::none) {}
    template <expression::operation Kind, class First, class Second, class Third>
    constexpr void add(const expression::node<Kind, First, Second, Third>& node) {
        add(static_cast<std::uint64_t>(Kind));
        add(node.first);
        add(node.second);
        add(node.third);
    }

    constexpr std::uint64_t value() const { return value_; }

private:
    constexpr void add_byte(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001B3u; }

    std::uint64_t value_ = 0xCBF29CE484222325u;
};

/// Training or not is no part of what a layer is.
template <class Type>
struct thawed {
    using type = Type;
};
template <class Inner>
struct thawed<layer::frozen<Inner>> : thawed<Inner> {};

/// A user's activation has no name of its own: its expression tells it apart.
template <class Layer>
constexpr std::uint64_t expression_hash() {
    fnv_hash hash;
    hash.add(Layer::expression);
    return hash.value();
}

/// Where a window runs, whichever way it was written: `same` counts as the padding that it means.
constexpr void add_window(fnv_hash& hash, const layer::window_options& options, const extents& input) {
    const layer::detail::image x(input);
    const kernel::conv_geometry g = options.geometry(x.channels, x.size, x.channels);
    const std::size_t numbers[] = {g.pad_top,
                                   g.pad_left,
                                   g.pad_bottom,
                                   g.pad_right,
                                   g.stride_h,
                                   g.stride_w,
                                   g.dilation_h,
                                   g.dilation_w,
                                   g.groups,
                                   options.output_padding[0],
                                   options.output_padding[1],
                                   options.counts_padding};
    for (const std::size_t each : numbers) hash.add(std::uint64_t{each});
}

/// Weights and biases are told by their names. The momentum is no part of what a layer computes, it is a rule of its
/// training, as a learning rate is: weights may be taken up with another.
constexpr void add_norm(fnv_hash& hash, const layer::norm_options& options, const extents& input) {
    hash.add(options.epsilon.value_or(1e-5));
    hash.add(std::uint64_t{std::min(options.axes.value_or(input.rank), input.rank)});
}

template <class Frozen>
constexpr void add_layer(fnv_hash& hash, const extents& input) {
    using Layer = typename thawed<Frozen>::type;
    hash.add(std::string_view(Layer::kind));
    if constexpr (requires { Layer::arguments; })
        for (const double each : Layer::arguments) hash.add(each);
    if constexpr (requires { Layer::window::options_for(input.rank); })
        add_window(hash, Layer::window::options_for(input.rank - 1), input);
    else if constexpr (requires { Layer::options.has_stride; })
        add_window(hash, Layer::options, input);
    else if constexpr (requires { Layer::options.has_affine; })
        add_norm(hash, Layer::options, input);
    if constexpr (layer::ElementwiseLayer<Layer>)
        if (Layer::kind == "activation") hash.add(expression_hash<Layer>());
    hash.add(Layer::output(input));
    for (const layer::parameter& each : layer::parameters_of<Layer>(input)) {
        hash.add(each.name);
        hash.add(each.shape);
    }
}

inline std::string hexadecimal(std::uint64_t number) {
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4)
        *digit = "0123456789abcdef"[number & 15];
    return text;
}

template <class Frozen>
std::string layer_text() {
    using Layer = typename thawed<Frozen>::type;
    std::string text = layer_name<Layer>();
    if constexpr (layer::ElementwiseLayer<Layer>)
        if (Layer::kind == "activation") text.append(" ").append(hexadecimal(expression_hash<Layer>()));
    return text;
}

template <class Net>
struct topology_of;
template <class... Layers>
struct topology_of<network<Layers...>> {
    static constexpr std::uint64_t fingerprint = [] {
        void (*const add[])(fnv_hash&, const extents&) = {add_layer<Layers>...};
        fnv_hash hash;
        for (std::size_t l = 0; l < sizeof...(Layers); ++l)
            add[l](hash, espalier::detail::inference<network<Layers...>>::value.layers[l].input);
        return hash.value();
    }();
    static std::vector<std::string> names() { return {layer_text<Layers>()...}; }
};

}  // namespace detail

/// A number that tells networks apart: a hash of the layers in a row, their kinds, arguments, options, shapes and
/// parameter tensors, the same for every compiler, processor and scalar type. Frozen layers count as the layers that
/// they are.
template <Network Net>
inline constexpr std::uint64_t fingerprint = [] {
    static_assert(well_formed<Net>);
    return detail::topology_of<flat_network<Net>>::fingerprint;
}();

/// The layers that the fingerprint is made of, as a person reads them: "input<64>", "dense<128>", "relu".
template <Network Net>
std::vector<std::string> layer_names() {
    return detail::topology_of<flat_network<Net>>::names();
}

}  // namespace espalier::io
