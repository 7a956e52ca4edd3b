// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "constant_shape.hpp"

/// An ONNX file as a checked graph: every name is defined once and before its use, every constant holds what its shape
/// says. Whatever does not fit is an io::error that names file and node.
namespace importer {

/// The numbers of a constant tensor, row-major.
struct numbers {
    shape extents;
    std::vector<double> values;
};

class model_graph : public graph_file {
public:
    /// Versions of ONNX's operators whose meaning the importer knows.
    static constexpr std::int64_t first_opset = 9, last_opset = 21;

    /// The model outlives the graph, which refers to it.
    model_graph(const onnx::ModelProto& model, std::string file) : graph_file(model.graph(), std::move(file)) {
        for (const onnx::OperatorSetIdProto& each : model.opset_import())
            if (each.domain().empty() || each.domain() == "ai.onnx") opset_ = each.version();
        if (opset_ < first_opset || opset_ > last_opset)
            fail("model", "operators of version " + std::to_string(first_opset) + " to " + std::to_string(last_opset),
                 opset_ == 0 ? "none named" : std::to_string(opset_));
        if (proto_.sparse_initializer_size() > 0) fail("model", "dense initializers", "a sparse one");
        for (const onnx::TensorProto& each : proto_.initializer()) define(each.name(), "initializer", {&each});
        for (const onnx::ValueInfoProto& each : proto_.input())
            if (!constants_.contains(each.name())) {
                define(each.name(), "input", {});
                inputs_.push_back(&each);
            }
        if (inputs_.size() != 1) fail("graph", "one input", std::to_string(inputs_.size()));
        if (proto_.output_size() != 1) fail("graph", "one output", std::to_string(proto_.output_size()));
        for (int i = 0; i < proto_.node_size(); ++i) add(proto_.node(i), static_cast<std::size_t>(i));
        if (!defined_.contains(output()))
            fail("output " + espalier::io::quoted(output()), "a node that makes it", "none");
    }

    const onnx::ValueInfoProto& input() const { return *inputs_.front(); }
    const std::string& output() const { return proto_.output(0).name(); }
    int output_type() const { return proto_.output(0).type().tensor_type().elem_type(); }
    std::int64_t opset() const { return opset_; }

    /// The nodes that read a value, by their index.
    const std::set<std::size_t>& readers(const std::string& value) const {
        static const std::set<std::size_t> none;
        const auto found = readers_.find(value);
        return found == readers_.end() ? none : found->second;
    }
    /// The node that makes a value; none for inputs and constants.
    std::optional<std::size_t> maker(const std::string& value) const {
        const auto found = makers_.find(value);
        return found == makers_.end() ? std::nullopt : std::optional(found->second);
    }

    bool is_constant(const std::string& name) const { return constants_.contains(name); }
    /// The node that computes integers of shapes and constants, for a Reshape; null for all other values.
    const onnx::NodeProto* shape_maker(const std::string& name) const {
        const auto found = shape_makers_.find(name);
        return found == shape_makers_.end() ? nullptr : found->second;
    }

    /// A constant of floating-point numbers, all finite.
    numbers constant(const onnx::NodeProto& at, const std::string& name) const {
        const stored& from = constant_named(at, name);
        const onnx::TensorProto& tensor = *from.tensor;
        numbers found{extents_of(from), {}};
        const std::size_t count = size_of(tensor);
        if (tensor.data_type() == onnx::TensorProto::FLOAT)
            found.values = values_of<float, double>(tensor, tensor.float_data(), count);
        else if (tensor.data_type() == onnx::TensorProto::DOUBLE)
            found.values = values_of<double, double>(tensor, tensor.double_data(), count);
        else
            fail(place(tensor), "numbers of type FLOAT or DOUBLE", type_text(tensor.data_type()));
        const auto bad = std::ranges::find_if_not(found.values, [](double each) { return std::isfinite(each); });
        if (bad != found.values.end())
            fail(place(tensor), "finite numbers",
                 std::string(std::isnan(*bad) ? "nan" : "infinity") + " as element " +
                     std::to_string(bad - found.values.begin()));
        return found;
    }

    /// A constant of integers.
    std::vector<std::int64_t> integers(const onnx::NodeProto& at, const std::string& name) const {
        const onnx::TensorProto& tensor = *constant_named(at, name).tensor;
        const std::size_t count = size_of(tensor);
        if (tensor.data_type() == onnx::TensorProto::INT64)
            return values_of<std::int64_t, std::int64_t>(tensor, tensor.int64_data(), count);
        if (tensor.data_type() == onnx::TensorProto::INT32)
            return values_of<std::int32_t, std::int64_t>(tensor, tensor.int32_data(), count);
        fail(place(tensor), "integers", type_text(tensor.data_type()));
    }

    /// Whether a constant is one truth value, false.
    bool is_false(const onnx::NodeProto& at, const std::string& name) const {
        const onnx::TensorProto& tensor = *constant_named(at, name).tensor;
        if (tensor.data_type() != onnx::TensorProto::BOOL || size_of(tensor) != 1) return false;
        return values_of<std::uint8_t, std::int64_t>(tensor, tensor.int32_data(), 1)[0] == 0;
    }

private:
    /// A constant, and its shape where nodes have changed it.
    struct stored {
        const onnx::TensorProto* tensor = nullptr;
        std::optional<shape> extents{};
    };

    void define(const std::string& name, const char* what, stored constant) {
        if (!defined_.insert(name).second)
            fail(std::string(what) + " " + espalier::io::quoted(name), "each name once", "it again");
        if (constant.tensor != nullptr) constants_.emplace(name, std::move(constant));
    }

    void add(const onnx::NodeProto& node, std::size_t index) {
        if (!node.domain().empty() && node.domain() != "ai.onnx")
            fail(node, "ONNX's own operators", "one of the domain " + espalier::io::quoted(node.domain()));
        for (const std::string& each : node.input()) {
            if (each.empty()) continue;  // an optional input that is left out
            if (!defined_.contains(each))
                fail(node, "inputs that are initializers, or made by nodes before it", espalier::io::quoted(each));
            if (node.op_type() != "Shape") readers_[each].insert(index);
        }
        if (node.op_type() == "Constant") {
            const char* const expected = "one attribute 'value' that is a tensor, and one output";
            if (node.output_size() != 1 || node.attribute_size() != 1)
                fail(node, expected,
                     std::to_string(node.attribute_size()) + " and " + std::to_string(node.output_size()));
            if (node.attribute(0).name() != "value" || node.attribute(0).type() != onnx::AttributeProto::TENSOR)
                fail(node, expected,
                     espalier::io::quoted(node.attribute(0).name()) + " of type " +
                         onnx::AttributeProto::AttributeType_Name(node.attribute(0).type()));
            define(node.output(0), "value", {&node.attribute(0).t()});
            return;
        }
        if (changes_constant(node) || computes_shape(node)) return;
        for (const std::string& each : node.output()) {
            if (each.empty()) continue;
            define(each, "value", {});
            makers_.emplace(each, index);
        }
    }

    /// A constant with another name or shape stays one.
    bool changes_constant(const onnx::NodeProto& node) {
        const std::string& operation = node.op_type();
        const bool shapes = operation == "Reshape", axes = operation == "Unsqueeze" || operation == "Squeeze";
        if (!shapes && !axes && operation != "Identity") return false;
        for (const std::string& each : node.input())
            if (!is_constant(each)) return false;
        if (node.input_size() != (shapes || (axes && opset_ >= 13) ? 2 : 1) || node.output_size() != 1) return false;
        stored made = constants_.at(node.input(0));
        attributes given(*this, node);
        if (shapes) {
            given.only("allowzero", 0);
            made.extents = reshaped(*this, node, extents_of(made), integers(node, node.input(1)));
        } else if (axes) {
            made.extents =
                with_axes(*this, node, extents_of(made),
                          node.input_size() == 2 ? integers(node, node.input(1)) : given.integers("axes", {}));
        }
        given.none_left();
        define(node.output(0), "value", std::move(made));
        return true;
    }

    /// Shapes, and what is made of them and constants, are numbers and no values on the way through the network.
    bool computes_shape(const onnx::NodeProto& node) {
        if (node.output_size() != 1) return false;
        bool is_of_shapes = node.op_type() == "Shape" && node.input_size() == 1;
        for (const std::string& each : node.input()) {
            if (shape_makers_.contains(each))
                is_of_shapes = true;
            else if (node.op_type() != "Shape" && !is_constant(each))
                return false;
        }
        if (!is_of_shapes) return false;
        define(node.output(0), "value", {});
        shape_makers_.emplace(node.output(0), &node);
        return true;
    }

    const stored& constant_named(const onnx::NodeProto& at, const std::string& name) const {
        const auto found = constants_.find(name);
        if (found == constants_.end())
            fail(at, "a constant as input " + espalier::io::quoted(name), "a computed value");
        return found->second;
    }

    std::string place(const onnx::TensorProto& tensor) const {
        for (const auto& [name, each] : constants_)
            if (each.tensor == &tensor) return "tensor " + espalier::io::quoted(name);
        return "tensor";
    }

    std::size_t size_of(const onnx::TensorProto& tensor) const {
        std::uint64_t count = 1;
        for (const std::int64_t extent : tensor.dims()) {
            if (extent < 0 || (count *= std::min<std::uint64_t>(static_cast<std::uint64_t>(extent),
                                                                most_elements + 1)) > most_elements)
                fail(place(tensor), "at most " + std::to_string(most_elements) + " elements",
                     "an extent of " + std::to_string(extent));
        }
        if (tensor.data_location() == onnx::TensorProto::EXTERNAL)
            fail(place(tensor), "its numbers in this file", "external data");
        return static_cast<std::size_t>(count);
    }
    shape extents_of(const stored& from) const {
        size_of(*from.tensor);
        if (from.extents) return *from.extents;
        shape extents;
        for (const std::int64_t extent : from.tensor->dims()) extents.push_back(static_cast<std::size_t>(extent));
        return extents;
    }

    template <class Stored, class Number, class List>
    std::vector<Number> values_of(const onnx::TensorProto& tensor, const List& list, std::size_t count) const {
        const bool raw = tensor.has_raw_data();
        const std::size_t found = raw ? tensor.raw_data().size() : static_cast<std::size_t>(list.size());
        const std::size_t expected = raw ? count * sizeof(Stored) : count;
        if (found != expected)
            fail(place(tensor), std::to_string(expected) + (raw ? " bytes of data" : " numbers"),
                 std::to_string(found));
        std::vector<Number> values(count);
        for (std::size_t i = 0; i < count; ++i) {
            Stored value;
            if (raw) {
                char bytes[sizeof(Stored)];
                std::memcpy(bytes, tensor.raw_data().data() + i * sizeof(Stored), sizeof(Stored));
                if constexpr (std::endian::native == std::endian::big) std::ranges::reverse(bytes);
                std::memcpy(&value, bytes, sizeof(Stored));
            } else {
                value = static_cast<Stored>(list.Get(static_cast<int>(i)));
            }
            values[i] = static_cast<Number>(value);
        }
        return values;
    }

    std::int64_t opset_ = 0;
    std::vector<const onnx::ValueInfoProto*> inputs_;
    std::set<std::string> defined_;
    std::map<std::string, stored> constants_;
    std::map<std::string, const onnx::NodeProto*> shape_makers_;
    std::map<std::string, std::set<std::size_t>> readers_;
    std::map<std::string, std::size_t> makers_;
};

}  // namespace importer
