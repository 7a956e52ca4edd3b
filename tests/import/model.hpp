// SPDX-License-Identifier: MIT
#pragma once

#include "../../examples/import/translate.hpp"

#include <doctest/doctest.h>
#include <functional>

using onnx::AttributeProto, onnx::NodeProto, onnx::TensorProto;

/// A model of one input x [batch, 4] and one output y, to be filled with nodes and then broken.
struct model {
    onnx::ModelProto proto;
    onnx::GraphProto& graph = *proto.mutable_graph();

    model() {
        proto.add_opset_import()->set_version(13);
        auto& x = *graph.add_input();
        x.set_name("x");
        auto& type = *x.mutable_type()->mutable_tensor_type();
        type.set_elem_type(TensorProto::FLOAT);
        type.mutable_shape()->add_dim()->set_dim_param("batch");
        type.mutable_shape()->add_dim()->set_dim_value(4);
        graph.add_output()->set_name("y");
    }
    onnx::TypeProto::Tensor& input_type() { return *graph.mutable_input(0)->mutable_type()->mutable_tensor_type(); }

    NodeProto& node(const char* operation, std::vector<std::string> inputs, const std::string& output) {
        NodeProto& made = *graph.add_node();
        made.set_op_type(operation);
        made.set_name("n");
        *made.mutable_name() += std::to_string(graph.node_size());
        for (const std::string& each : inputs) made.add_input(each);
        made.add_output(output);
        return made;
    }
    TensorProto& constant(const std::string& name, std::vector<std::int64_t> shape, float value = 0.5f) {
        TensorProto& made = *graph.add_initializer();
        made.set_name(name);
        made.set_data_type(TensorProto::FLOAT);
        std::int64_t count = 1;
        for (const std::int64_t each : shape) {
            made.add_dims(each);
            count *= each;
        }
        for (std::int64_t i = 0; i < count; ++i) made.add_float_data(value);
        return made;
    }
    TensorProto& integers(const std::string& name, std::vector<std::int64_t> values) {
        TensorProto& made = *graph.add_initializer();
        made.set_name(name);
        made.set_data_type(TensorProto::INT64);
        made.add_dims(static_cast<std::int64_t>(values.size()));
        for (const std::int64_t each : values) made.add_int64_data(each);
        return made;
    }
    static AttributeProto& attribute(NodeProto& to, const char* name, std::int64_t value) {
        AttributeProto& made = *to.add_attribute();
        made.set_name(name);
        made.set_type(AttributeProto::INT);
        made.set_i(value);
        return made;
    }
    static AttributeProto& list(NodeProto& to, const char* name, std::vector<std::int64_t> values) {
        AttributeProto& made = *to.add_attribute();
        made.set_name(name);
        made.set_type(AttributeProto::INTS);
        for (const std::int64_t each : values) made.add_ints(each);
        return made;
    }
    static AttributeProto& number(NodeProto& to, const char* name, float value) {
        AttributeProto& made = *to.add_attribute();
        made.set_name(name);
        made.set_type(AttributeProto::FLOAT);
        made.set_f(value);
        return made;
    }
    static AttributeProto& word(NodeProto& to, const char* name, const char* value) {
        AttributeProto& made = *to.add_attribute();
        made.set_name(name);
        made.set_type(AttributeProto::STRING);
        made.set_s(value);
        return made;
    }
    /// The sample's extents, behind the batch.
    void input_shape(std::vector<std::int64_t> extents) {
        input_type().mutable_shape()->mutable_dim()->DeleteSubrange(1, input_type().shape().dim_size() - 1);
        for (const std::int64_t each : extents) input_type().mutable_shape()->add_dim()->set_dim_value(each);
    }

    importer::imported_network imported() const {
        const importer::model_graph read(proto, "m.onnx");
        return importer::translator(read).all();
    }
    /// The layers behind the input, in a row.
    std::string text() const {
        std::string all;
        for (const importer::piece& each : imported().pieces) all += (all.empty() ? "" : " >> ") + each.text;
        return all;
    }
    std::string problem() const {
        try {
            imported();
        } catch (const espalier::io::error& found) {
            return found.what();
        }
        return "none";
    }
};

inline std::string problem_of(const std::function<void(model&)>& breaking) {
    model m;
    breaking(m);
    return m.problem();
}
