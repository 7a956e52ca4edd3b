// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/io/onnx_expression.hpp>
#include <espalier/layer/activations.hpp>
#include <espalier/layer/dense.hpp>
#include <espalier/layer/dropout.hpp>
#include <espalier/layer/frozen.hpp>
#include <espalier/layer/reshape.hpp>

/// What each layer is in ONNX.
namespace espalier::io {

/// Where a layer stands: the name of its input, what one sample is before and after it, and the names of its tensors
/// in the order of its parameters.
struct onnx_place {
    std::string x;
    extents input;
    extents output;
    std::vector<std::string> tensors;
};

namespace detail {

/// [-1, extents…]: a batch of samples.
inline std::vector<std::int64_t> batch_shape(const extents& sample) {
    std::vector<std::int64_t> shape{-1};
    for (std::size_t i = 0; i < sample.rank; ++i) shape.push_back(static_cast<std::int64_t>(sample.extent[i]));
    return shape;
}

inline std::string add_reshape(onnx_graph& graph, const std::string& x, const extents& sample) {
    return graph.node("Reshape", {x, graph.integers(batch_shape(sample))});
}

template <class Layer>
inline constexpr bool has_no_onnx_form = false;

}  // namespace detail

/// How a layer becomes nodes: `static std::string add(onnx_graph&, const onnx_place&)` adds them and returns the name
/// of the output. Elementwise layers and views need no more than they are; an operation of your own specialises this.
template <class Layer>
struct onnx_form {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        if constexpr (layer::ElementwiseLayer<Layer>) {
            if constexpr (requires { Layer::inference_expression; })
                return add_expression<Layer::inference_expression>(graph, at.x, at.tensors);
            else
                return add_expression<Layer::expression>(graph, at.x, at.tensors);
        } else if constexpr (layer::ViewLayer<Layer>) {
            return detail::add_reshape(graph, at.x, at.output);
        } else {
            static_assert(detail::has_no_onnx_form<Layer>,
                          "specialise espalier::io::onnx_form<your layer> to export it");
            return {};
        }
    }
};

template <class Inner>
struct onnx_form<layer::frozen<Inner>> : onnx_form<Inner> {};

/// One operator, without attributes.
template <class Layer>
inline constexpr const char* onnx_operator_of = nullptr;
template <>
inline constexpr const char* onnx_operator_of<layer::identity> = "Identity";
template <>
inline constexpr const char* onnx_operator_of<layer::relu> = "Relu";
template <>
inline constexpr const char* onnx_operator_of<layer::sigmoid> = "Sigmoid";
template <>
inline constexpr const char* onnx_operator_of<layer::tanh> = "Tanh";
template <>
inline constexpr const char* onnx_operator_of<layer::softplus> = "Softplus";

template <class Layer>
    requires(onnx_operator_of<Layer> != nullptr)
struct onnx_form<Layer> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node(onnx_operator_of<Layer>, {at.x});
    }
};

template <double Slope>
struct onnx_form<layer::leaky_relu<Slope>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("LeakyRelu", {at.x}, {{"alpha", Slope}});
    }
};

template <double Start>
struct onnx_form<layer::prelu<Start>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("PRelu", {at.x, at.tensors[0]});
    }
};

template <double Alpha>
struct onnx_form<layer::elu<Alpha>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("Elu", {at.x}, {{"alpha", Alpha}});
    }
};

template <>
struct onnx_form<layer::selu> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("Selu", {at.x}, {{"alpha", layer::selu::alpha}, {"gamma", layer::selu::scale}});
    }
};

template <>
struct onnx_form<layer::hard_sigmoid> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("HardSigmoid", {at.x}, {{"alpha", 1.0 / 6}, {"beta", 0.5}});
    }
};

/// Does nothing in inference, which is how ONNX runs it; whoever trains the graph finds it there.
template <double Probability>
struct onnx_form<layer::dropout<Probability>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("Dropout", {at.x, graph.number(Probability)});
    }
};

template <>
struct onnx_form<layer::flatten> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        return graph.node("Flatten", {at.x}, {{"axis", std::int64_t{1}}});
    }
};

template <std::size_t Outputs, auto... Options>
struct onnx_form<layer::dense<Outputs, Options...>> {
    static std::string add(onnx_graph& graph, const onnx_place& at) {
        constexpr onnx_attribute transposed{"transB", std::int64_t{1}};
        if constexpr (layer::dense<Outputs, Options...>::has_bias)
            return graph.node("Gemm", {at.x, at.tensors[0], at.tensors[1]}, {transposed});
        else
            return graph.node("Gemm", {at.x, at.tensors[0]}, {transposed});
    }
};

}  // namespace espalier::io
