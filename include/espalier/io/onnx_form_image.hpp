// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/io/onnx_form.hpp>
#include <espalier/layer/conv.hpp>
#include <espalier/layer/conv_transpose.hpp>
#include <espalier/layer/pad.hpp>
#include <espalier/layer/pool.hpp>
#include <espalier/layer/upsample.hpp>

/// Layers that run windows over images and signals, in ONNX.
namespace espalier::io {

namespace detail {

/// What ONNX's operators with windows take, along the last `rank` of two axes.
struct onnx_window {
    std::vector<std::int64_t> kernel, strides, dilations, pads, output_padding;

    onnx_window(std::size_t rank, const kernel::conv_geometry& g) {
        const std::size_t sizes[] = {g.kernel_h, g.kernel_w}, steps[] = {g.stride_h, g.stride_w},
                          gaps[] = {g.dilation_h, g.dilation_w}, before[] = {g.pad_top, g.pad_left},
                          behind[] = {g.pad_bottom, g.pad_right};
        for (std::size_t axis = 2 - rank; axis < 2; ++axis) {
            kernel.push_back(static_cast<std::int64_t>(sizes[axis]));
            strides.push_back(static_cast<std::int64_t>(steps[axis]));
            dilations.push_back(static_cast<std::int64_t>(gaps[axis]));
            pads.push_back(static_cast<std::int64_t>(before[axis]));
        }
        for (std::size_t axis = 2 - rank; axis < 2; ++axis) pads.push_back(static_cast<std::int64_t>(behind[axis]));
    }
};

inline kernel::conv_geometry geometry_of(const layer::window_options& options, const extents& input,
                                         std::size_t out_channels) {
    const std::size_t size[2] = {options.rank == 2 ? input.extent[1] : 1, input.extent[input.rank - 1]};
    return options.geometry(input.extent[0], size, out_channels);
}

/// Depthwise: as many groups as there are channels.
template <layer::window_options Options, bool Depthwise = false>
struct onnx_convolution {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        const kernel::conv_geometry g = geometry_of(Options, at.input, at.output.extent[0]);
        const onnx_window window(Options.rank, g);
        const std::size_t groups = Depthwise ? at.input.extent[0] : Options.groups;
        return graph.node("Conv", inputs(at),
                          {{"kernel_shape", window.kernel},
                           {"strides", window.strides},
                           {"dilations", window.dilations},
                           {"pads", window.pads},
                           {"group", static_cast<std::int64_t>(groups)}});
    }
    static std::vector<std::string> inputs(const onnx_place& at) {
        std::vector<std::string> all{at.x};
        all.insert(all.end(), at.tensors.begin(), at.tensors.end());
        return all;
    }
};

template <layer::window_options Options>
struct onnx_transposed_convolution {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        const onnx_window window(Options.rank, geometry_of(Options, at.input, at.output.extent[0]));
        constexpr layer::window_options options = Options;  // clang 19 reads elements of the argument itself wrong
        std::vector<std::int64_t> added;
        for (std::size_t axis = 2 - options.rank; axis < 2; ++axis)
            added.push_back(static_cast<std::int64_t>(options.output_padding[axis]));
        return graph.node("ConvTranspose", onnx_convolution<Options>::inputs(at),
                          {{"kernel_shape", window.kernel},
                           {"strides", window.strides},
                           {"dilations", window.dilations},
                           {"pads", window.pads},
                           {"output_padding", added},
                           {"group", static_cast<std::int64_t>(Options.groups)}});
    }
};

inline std::string add_average(onnx_graph& graph, const onnx_place& at, const kernel::conv_geometry& g,
                               bool counts_padding) {
    const onnx_window window(at.input.rank - 1, g);
    return graph.node("AveragePool", {at.x},
                      {{"kernel_shape", window.kernel},
                       {"strides", window.strides},
                       {"pads", window.pads},
                       {"count_include_pad", std::int64_t{counts_padding}}});
}

/// Amounts before and behind along the axes of a sample, PyTorch's order, as ONNX's for a batch.
template <std::size_t Count>
std::string add_pad(onnx_graph& graph, const onnx_place& at, const std::array<std::ptrdiff_t, Count>& amounts) {
    const std::size_t axes = at.input.rank + 1;
    std::vector<std::int64_t> pads(2 * axes, 0);
    for (std::size_t from_last = 0; from_last < Count / 2; ++from_last) {
        pads[axes - 1 - from_last] = amounts[2 * from_last];
        pads[2 * axes - 1 - from_last] = amounts[2 * from_last + 1];
    }
    return graph.node("Pad", {at.x, graph.integers(pads)});
}

}  // namespace detail

template <std::size_t OutChannels, auto... Arguments>
struct onnx_form<layer::conv2d<OutChannels, Arguments...>>
    : detail::onnx_convolution<layer::detail::window_options_of<Arguments...>(2)> {};
template <std::size_t OutChannels, auto... Arguments>
struct onnx_form<layer::conv1d<OutChannels, Arguments...>>
    : detail::onnx_convolution<layer::detail::window_options_of<Arguments...>(1)> {};
template <auto... Arguments>
struct onnx_form<layer::depthwise_conv2d<Arguments...>>
    : detail::onnx_convolution<layer::detail::window_options_of<Arguments...>(2), true> {};
template <auto... Arguments>
struct onnx_form<layer::depthwise_conv1d<Arguments...>>
    : detail::onnx_convolution<layer::detail::window_options_of<Arguments...>(1), true> {};
template <std::size_t OutChannels, auto... Arguments>
struct onnx_form<layer::conv_transpose2d<OutChannels, Arguments...>>
    : detail::onnx_transposed_convolution<layer::detail::window_options_of<Arguments...>(2)> {};
template <std::size_t OutChannels, auto... Arguments>
struct onnx_form<layer::conv_transpose1d<OutChannels, Arguments...>>
    : detail::onnx_transposed_convolution<layer::detail::window_options_of<Arguments...>(1)> {};

template <auto... Arguments>
struct onnx_form<layer::max_pool<Arguments...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        using pool = layer::detail::pool_window<Arguments...>;
        const detail::onnx_window window(at.input.rank - 1, pool::geometry(at.input));
        return graph.node("MaxPool", {at.x},
                          {{"kernel_shape", window.kernel}, {"strides", window.strides}, {"pads", window.pads}});
    }
};

template <auto... Arguments>
struct onnx_form<layer::average_pool<Arguments...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        using pool = layer::detail::pool_window<Arguments...>;
        return detail::add_average(graph, at, pool::geometry(at.input), pool::counts_padding);
    }
};

template <std::size_t... Pieces>
struct onnx_form<layer::adaptive_average_pool<Pieces...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return detail::add_average(graph, at, layer::detail::pool_pieces<Pieces...>::geometry(at.input), true);
    }
};

template <>
struct onnx_form<layer::global_average_pool> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("Flatten", {graph.node("GlobalAveragePool", {at.x})}, {{"axis", std::int64_t{1}}});
    }
};

template <std::ptrdiff_t... Amounts>
struct onnx_form<layer::pad<Amounts...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return detail::add_pad(graph, at, std::array{Amounts...});
    }
};

template <std::ptrdiff_t... Amounts>
struct onnx_form<layer::crop<Amounts...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return detail::add_pad(graph, at, std::array{-Amounts...});
    }
};

template <std::size_t... Factors>
struct onnx_form<layer::upsample<Factors...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        std::vector<float> scales{1};
        for (std::size_t axis = 0; axis < at.input.rank; ++axis)
            scales.push_back(static_cast<float>(at.output.extent[axis] / at.input.extent[axis]));
        return graph.node("Resize", {at.x, "", graph.floats(scales)},
                          {{"mode", std::string_view("nearest")},
                           {"coordinate_transformation_mode", std::string_view("asymmetric")},
                           {"nearest_mode", std::string_view("floor")}});
    }
};

}  // namespace espalier::io
