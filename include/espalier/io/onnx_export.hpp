// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <limits>

#include <espalier/io/file.hpp>
#include <espalier/io/fingerprint.hpp>
#include <espalier/io/onnx_form_image.hpp>
#include <espalier/io/onnx_form_norm.hpp>
#include <espalier/io/tensor_names.hpp>
#include <espalier/plan/layer_name.hpp>
#include <espalier/run/parameters.hpp>

/// Networks as ONNX models: a program that trains with Espalier, and one that runs the result elsewhere. Needs ONNX's
/// protobuf messages (Debian: libonnx-dev), and is not part of espalier.hpp: link onnx_proto and protobuf.
namespace espalier::io {

namespace detail {

inline void describe_value(onnx::ValueInfoProto& value, const std::string& name, const extents& sample,
                           onnx::TensorProto::DataType type, const char* text) {
    value.set_name(name);
    value.set_doc_string(text);
    onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(type);
    tensor.mutable_shape()->add_dim()->set_dim_param("batch");
    for (std::size_t axis = 0; axis < sample.rank; ++axis)
        tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(sample.extent[axis]));
}

/// Gives a value another name; what comes in from outside keeps its own, and is copied.
inline void rename(onnx::GraphProto& graph, const std::string& from, const std::string& to) {
    bool made_here = false;
    for (onnx::NodeProto& node : *graph.mutable_node()) {
        for (std::string& each : *node.mutable_input())
            if (each == from && made_here) each = to;
        for (std::string& each : *node.mutable_output())
            if (each == from) {
                each = to;
                made_here = true;
            }
    }
    if (made_here) return;
    onnx::NodeProto& copy = *graph.add_node();
    copy.set_op_type("Identity");
    copy.set_name(to);
    copy.add_input(from);
    copy.add_output(to);
}

/// Walks a list of layers.
template <class Net, class Scalar>
struct onnx_walk {
    onnx_graph& graph;
    const std::vector<named_tensor>& named;  // in the order of the flat vector
    std::string x = "input";
    std::size_t place = 0;  // in the flat list
    std::size_t joins = 0;
    struct fork {
        std::string value;
        std::vector<std::string> ends;
    };
    std::vector<fork> forks{};

    /// The start of the names of a layer's values and tensors: where nn.Sequential would have it, or which join it is.
    std::string name() {
        static const std::vector<std::string> paths = module_paths(module_list<Net>::kinds);
        return paths[place].empty() ? "join" + std::to_string(joins++) : paths[place];
    }
    /// The names of a layer's tensors, in the order of its parameters.
    std::vector<std::string> tensors() const {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < named.size(); ++i) {
            const parameter_tensor& tensor = parameter_tensors<Net, Scalar>[i];
            if (tensor.layer != place) continue;
            if (names.size() <= tensor.position) names.resize(tensor.position + 1);
            names[tensor.position] = named[i].name;
        }
        return names;
    }
    std::string join(layer::joint how, const std::vector<std::string>& ends) {
        using enum layer::joint;
        if (how == concat) return graph.node("Concat", ends, {{"axis", std::int64_t{1}}});
        if (how != multiply) return graph.node(ends.size() == 2 ? "Add" : "Sum", ends);
        std::string product = ends[0];
        for (std::size_t i = 1; i < ends.size(); ++i) product = graph.node("Mul", {product, ends[i]});
        return product;
    }
    template <class Layer>
    void add(const layer_shapes& shapes) {
        if constexpr (!layer::InputLayer<Layer> && !layer::ForkLayer<Layer> && !layer::NextBranchLayer<Layer>)
            graph.enter(name() + "." + std::string(Layer::kind), layer_name<Layer>());
        if constexpr (layer::ForkLayer<Layer>) {
            forks.push_back({x, {}});
        } else if constexpr (layer::NextBranchLayer<Layer>) {
            forks.back().ends.push_back(x);
            x = forks.back().value;
        } else if constexpr (layer::JoinLayer<Layer>) {
            forks.back().ends.push_back(x);
            x = join(Layer::how, forks.back().ends);
            forks.pop_back();
        } else if constexpr (!layer::InputLayer<Layer>) {
            x = onnx_form<Layer>::add(graph, {x, shapes.input, shapes.output, tensors()});
        }
        ++place;
    }
    template <class... Layers>
    void all(network<Layers...>) {
        const layer_shapes* shapes = espalier::detail::inference<network<Layers...>>::value.layers;
        (add<Layers>(*shapes++), ...);
    }
};

}  // namespace detail

/// The network with these parameters as an ONNX model: input "input" [batch, input shape…], output "output" [batch,
/// output shape…], constants named as PyTorch's state_dict names them; the metadata hold the fingerprint. Inference
/// only: dropout does nothing.
template <Network Net, class Scalar, class Storage>
onnx::ModelProto onnx_model(const parameters<Net, Scalar, Storage>& at, const std::string& name = "espalier") {
    static_assert(well_formed<Net>);
    onnx::ModelProto model;
    model.set_ir_version(7);  // that of opset 13
    model.set_producer_name("espalier");
    onnx::StringStringEntryProto& identity = *model.add_metadata_props();
    identity.set_key("espalier.fingerprint");
    identity.set_value(detail::hexadecimal(fingerprint<Net>));
    onnx::OperatorSetIdProto& operators = *model.add_opset_import();
    operators.set_domain("");
    operators.set_version(onnx_opset);
    onnx::GraphProto& proto = *model.mutable_graph();
    proto.set_name(name);
    onnx_graph graph(proto, std::type_identity<Scalar>{});

    const std::vector<named_tensor> named = tensors_of<Net, Scalar>();
    for (const named_tensor& each : named)
        graph.tensor(each.name, each.shape, at.flat().subspan(each.offset, each.size));
    detail::onnx_walk<flat_network<Net>, Scalar> walk{graph, named};
    walk.all(flat_network<Net>{});
    detail::rename(proto, walk.x, "output");
    detail::describe_value(*proto.add_input(), "input", input_shape<Net>, graph.scalar_type(), "samples, row-major");
    detail::describe_value(*proto.add_output(), "output", output_shape<Net>, graph.scalar_type(), "one row a sample");
    return model;
}

/// Writes the model to a file, whole or not at all; io::error where it cannot be written.
template <Network Net, class Scalar, class Storage>
void export_onnx(const parameters<Net, Scalar, Storage>& at, const std::filesystem::path& path) {
    const onnx::ModelProto model = onnx_model(at, path.stem().string());
    const std::size_t bytes = model.ByteSizeLong();
    if (bytes > std::numeric_limits<int>::max())
        throw error(path.string(), tensor_name{"the whole model"}, "at most 2147483647 bytes, which protobuf can hold",
                    std::to_string(bytes));
    output_file file(path);
    file.write(model.SerializeAsString());
    file.commit();
}

}  // namespace espalier::io
