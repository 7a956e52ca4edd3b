// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <espalier/io/onnx_form.hpp>
#include <espalier/layer/batch_norm.hpp>
#include <espalier/layer/embedding.hpp>
#include <espalier/layer/group_norm.hpp>
#include <espalier/layer/layer_norm.hpp>
#include <espalier/layer/softmax.hpp>

/// Layers that normalise, and those that look up, in ONNX.
namespace espalier::io {

namespace detail {

/// (x − mean) / √(variance + ε) over the last axes, or x / √(mean of x² + ε).
inline std::string add_standardised(onnx_graph& graph, const std::string& x, std::size_t axes, bool centred,
                                    double epsilon) {
    std::vector<std::int64_t> last;
    for (std::size_t i = axes; i > 0; --i) last.push_back(-static_cast<std::int64_t>(i));
    const auto mean = [&](const std::string& of) {
        return graph.node("ReduceMean", {of}, {{"axes", last}, {"keepdims", std::int64_t{1}}});
    };
    const std::string from_mean = centred ? graph.node("Sub", {x, mean(x)}) : x;
    const std::string variance = mean(graph.node("Mul", {from_mean, from_mean}));
    return graph.node("Div", {from_mean, graph.node("Sqrt", {graph.node("Add", {variance, graph.number(epsilon)})})});
}

/// · weight + bias, which stretch along the axes before theirs.
inline std::string add_affine(onnx_graph& graph, std::string x, std::span<const std::string> weight_and_bias) {
    if (weight_and_bias.size() > 0) x = graph.node("Mul", {x, weight_and_bias[0]});
    if (weight_and_bias.size() > 1) x = graph.node("Add", {x, weight_and_bias[1]});
    return x;
}

template <bool Centred, auto... Options>
struct onnx_axes_norm {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        constexpr auto option_axes = layer::detail::option_among(layer::detail::all_axes, Options...);
        constexpr double epsilon = layer::detail::option_among(espalier::epsilon(1e-5), Options...).value;
        const std::size_t axes = std::min(option_axes.count, at.input.rank);
        return add_affine(graph, add_standardised(graph, at.x, axes, Centred, epsilon), at.tensors);
    }
};

}  // namespace detail

template <auto... Options>
struct onnx_form<layer::layer_norm<Options...>> : detail::onnx_axes_norm<true, Options...> {};
template <auto... Options>
struct onnx_form<layer::rms_norm<Options...>> : detail::onnx_axes_norm<false, Options...> {};

template <std::size_t Groups, auto... Options>
struct onnx_form<layer::group_norm<Groups, Options...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        constexpr double epsilon = layer::detail::option_among(espalier::epsilon(1e-5), Options...).value;
        extents grouped = shape<Groups, 1>{};
        grouped.extent[1] = at.input.size() / Groups;
        const std::string groups = detail::add_reshape(graph, at.x, grouped);
        const std::string standardised = detail::add_standardised(graph, groups, 1, true, epsilon);
        std::vector<std::int64_t> along_channels(at.input.rank, 1);  // a tensor of channels, one axis for each
        along_channels[0] = -1;
        std::vector<std::string> affine;
        for (const std::string& each : at.tensors)
            affine.push_back(graph.node("Reshape", {each, graph.integers(along_channels)}));
        return detail::add_affine(graph, detail::add_reshape(graph, standardised, at.input), affine);
    }
};

/// By the running moments.
template <auto... Options>
struct onnx_form<layer::batch_norm<Options...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        using layer = layer::batch_norm<Options...>;
        std::string weight, bias;
        if constexpr (layer::has_affine) {
            weight = at.tensors[0];
            bias = at.tensors[1];
        } else {
            weight = graph.numbers(at.input.extent[0], 1);
            bias = graph.numbers(at.input.extent[0], 0);
        }
        return graph.node("BatchNormalization",
                          {at.x, weight, bias, at.tensors[layer::running_mean], at.tensors[layer::running_var]},
                          {{"epsilon", layer::added}, {"momentum", 1 - layer::moved}});
    }
};

template <std::size_t Axis>
struct onnx_form<layer::softmax<Axis>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("Softmax", {at.x}, {{"axis", std::int64_t{Axis + 1}}});
    }
};
template <std::size_t Axis>
struct onnx_form<layer::log_softmax<Axis>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("LogSoftmax", {at.x}, {{"axis", std::int64_t{Axis + 1}}});
    }
};

template <std::size_t Count, std::size_t Dimension>
struct onnx_form<layer::embedding<Count, Dimension>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        const std::string inside = graph.node("Clip", {at.x, graph.number(0), graph.number(double{Count - 1})});
        const std::string index = graph.node("Cast", {inside}, {{"to", std::int64_t{onnx::TensorProto::INT64}}});
        return graph.node("Gather", {at.tensors[0], index}, {{"axis", std::int64_t{0}}});
    }
};

}  // namespace espalier::io
