// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
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

#include <espalier/io/error.hpp>

#ifndef ONNX_NAMESPACE
#define ONNX_NAMESPACE onnx
#endif
#ifndef ONNX_ML
#define ONNX_ML 1
#endif
#include <onnx/onnx_pb.h>

#include "imported_network.hpp"

/// An ONNX file as a checked graph: every name is defined once and before its use, every constant holds what its shape
/// says. Whatever does not fit is an io::error that names file and node.
namespace importer {

/// The numbers of a constant tensor, row-major.
struct numbers {
    shape extents;
    std::vector<double> values;
};

/// What sizes are plausible: elements of a tensor or of a sample.
inline constexpr std::uint64_t most_elements = std::uint64_t{1} << 31;

/// The decimal that a float was written as, as a double: 0.01, and not 0.00999999977…
inline double as_written(float number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    double decimal = 0;
    std::from_chars(text, end, decimal);
    return decimal;
}

class model_graph {
public:
    /// Versions of ONNX's operators whose meaning the importer knows.
    static constexpr std::int64_t first_opset = 9, last_opset = 21;

    /// The model outlives the graph, which refers to it.
    model_graph(const onnx::ModelProto& model, std::string file) : proto_(model.graph()), file_(std::move(file)) {
        for (const onnx::OperatorSetIdProto& each : model.opset_import())
            if (each.domain().empty() || each.domain() == "ai.onnx") opset_ = each.version();
        if (opset_ < first_opset || opset_ > last_opset)
            fail("model", "operators of version " + std::to_string(first_opset) + " to " + std::to_string(last_opset),
                 opset_ == 0 ? "none named" : std::to_string(opset_));
        if (proto_.sparse_initializer_size() > 0) fail("model", "dense initializers", "a sparse one");
        for (const onnx::TensorProto& each : proto_.initializer()) define(each.name(), "initializer", &each);
        for (const onnx::ValueInfoProto& each : proto_.input())
            if (!constants_.contains(each.name())) {
                define(each.name(), "input", nullptr);
                inputs_.push_back(&each);
            }
        if (inputs_.size() != 1) fail("graph", "one input", std::to_string(inputs_.size()));
        if (proto_.output_size() != 1) fail("graph", "one output", std::to_string(proto_.output_size()));
        for (int i = 0; i < proto_.node_size(); ++i) add(proto_.node(i), static_cast<std::size_t>(i));
        if (!defined_.contains(output())) fail("output " + io::quoted(output()), "a node that makes it", "none");
    }

    const onnx::ValueInfoProto& input() const { return *inputs_.front(); }
    const std::string& output() const { return proto_.output(0).name(); }
    std::int64_t opset() const { return opset_; }
    const std::string& file() const { return file_; }

    const onnx::NodeProto& node(std::size_t index) const { return proto_.node(static_cast<int>(index)); }

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

    /// A constant of floating-point numbers, all finite.
    numbers constant(const onnx::NodeProto& at, const std::string& name) const {
        const onnx::TensorProto& tensor = tensor_named(at, name);
        numbers found{extents_of(tensor), {}};
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
        const onnx::TensorProto& tensor = tensor_named(at, name);
        const std::size_t count = size_of(tensor);
        if (tensor.data_type() == onnx::TensorProto::INT64)
            return values_of<std::int64_t, std::int64_t>(tensor, tensor.int64_data(), count);
        if (tensor.data_type() == onnx::TensorProto::INT32)
            return values_of<std::int32_t, std::int64_t>(tensor, tensor.int32_data(), count);
        fail(place(tensor), "integers", type_text(tensor.data_type()));
    }

    std::string place(const onnx::NodeProto& node) const {
        std::string name = "node " + io::quoted(node.name());
        if (node.name().empty()) {
            std::size_t index = 0;
            while (&this->node(index) != &node) ++index;
            name = "node " + std::to_string(index);
        }
        return name + " (" + printable(node.op_type()) + ")";
    }
    [[noreturn]] void fail(const onnx::NodeProto& at, std::string expected, std::string found) const {
        fail(place(at), std::move(expected), std::move(found));
    }
    [[noreturn]] void fail(std::string where, std::string expected, std::string found) const {
        throw espalier::io::error(file_, espalier::io::tensor_name{std::move(where)}, std::move(expected),
                                  std::move(found));
    }

    /// Text from the file, fit for a message or a comment.
    static std::string printable(std::string_view text) {
        const std::string quotes = io::quoted(text);
        return quotes.substr(1, quotes.size() - 2);
    }
    static std::string type_text(int type) {
        const std::string& name = onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(type));
        return name.empty() ? "type " + std::to_string(type) : name;
    }

private:
    struct io {  // short for what is used most
        static std::string quoted(std::string_view text) { return espalier::io::quoted(text); }
    };

    void define(const std::string& name, const char* what, const onnx::TensorProto* constant) {
        if (!defined_.insert(name).second)
            fail(std::string(what) + " " + io::quoted(name), "each name once", "it again");
        if (constant != nullptr) constants_.emplace(name, constant);
    }

    void add(const onnx::NodeProto& node, std::size_t index) {
        if (!node.domain().empty() && node.domain() != "ai.onnx")
            fail(node, "ONNX's own operators", "one of the domain " + io::quoted(node.domain()));
        for (const std::string& each : node.input()) {
            if (each.empty()) continue;  // an optional input that is left out
            if (!defined_.contains(each))
                fail(node, "inputs that are initializers, or made by nodes before it", io::quoted(each));
            readers_[each].insert(index);
        }
        if (node.op_type() == "Constant") {
            if (node.output_size() != 1 || node.attribute_size() != 1 || node.attribute(0).name() != "value" ||
                node.attribute(0).type() != onnx::AttributeProto::TENSOR)
                fail(node, "one attribute 'value' that is a tensor, and one output", "another form");
            define(node.output(0), "value", &node.attribute(0).t());
            return;
        }
        for (const std::string& each : node.output()) {
            if (each.empty()) continue;
            define(each, "value", nullptr);
            makers_.emplace(each, index);
        }
    }

    const onnx::TensorProto& tensor_named(const onnx::NodeProto& at, const std::string& name) const {
        const auto found = constants_.find(name);
        if (found == constants_.end()) fail(at, "a constant as input " + io::quoted(name), "a computed value");
        return *found->second;
    }

    std::string place(const onnx::TensorProto& tensor) const {
        for (const auto& [name, each] : constants_)
            if (each == &tensor) return "tensor " + io::quoted(name);
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
    shape extents_of(const onnx::TensorProto& tensor) const {
        size_of(tensor);
        shape extents;
        for (const std::int64_t extent : tensor.dims()) extents.push_back(static_cast<std::size_t>(extent));
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

    const onnx::GraphProto& proto_;
    std::string file_;
    std::int64_t opset_ = 0;
    std::vector<const onnx::ValueInfoProto*> inputs_;
    std::set<std::string> defined_;
    std::map<std::string, const onnx::TensorProto*> constants_;
    std::map<std::string, std::set<std::size_t>> readers_;
    std::map<std::string, std::size_t> makers_;
};

/// A node's attributes; each is asked for once, and what nobody asked for is an error.
class attributes {
public:
    attributes(const model_graph& graph, const onnx::NodeProto& node) : graph_(graph), node_(node) {
        for (const onnx::AttributeProto& each : node.attribute())
            if (!left_.emplace(each.name(), &each).second)
                graph.fail(node, "each attribute once", each.name() + " again");
    }

    std::int64_t integer(const std::string& name, std::int64_t otherwise) {
        const auto* found = take(name, onnx::AttributeProto::INT, "an integer");
        return found == nullptr ? otherwise : found->i();
    }
    double number(const std::string& name, double otherwise) {
        const auto* found = take(name, onnx::AttributeProto::FLOAT, "a number");
        if (found == nullptr) return otherwise;
        if (!std::isfinite(found->f())) graph_.fail(node_, "a finite " + name, std::to_string(found->f()));
        return as_written(found->f());
    }
    std::string word(const std::string& name, const std::string& otherwise) {
        const auto* found = take(name, onnx::AttributeProto::STRING, "a word");
        return found == nullptr ? otherwise : found->s();
    }
    std::vector<std::int64_t> integers(const std::string& name, std::vector<std::int64_t> otherwise) {
        const auto* found = take(name, onnx::AttributeProto::INTS, "a list of integers");
        return found == nullptr ? otherwise : std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
    }

    /// An attribute that must have the value which changes nothing.
    void only(const std::string& name, std::int64_t value) {
        const std::int64_t found = integer(name, value);
        if (found != value) graph_.fail(node_, name + " = " + std::to_string(value), std::to_string(found));
    }

    void none_left() const {
        if (!left_.empty())
            graph_.fail(node_, "attributes that the importer knows", espalier::io::quoted(left_.begin()->first));
    }

private:
    const onnx::AttributeProto* take(const std::string& name, onnx::AttributeProto::AttributeType type,
                                     const char* what) {
        const auto found = left_.find(name);
        if (found == left_.end()) return nullptr;
        const onnx::AttributeProto* const attribute = found->second;
        if (attribute->type() != type) graph_.fail(node_, std::string(what) + " as " + name, "another type");
        left_.erase(found);
        return attribute;
    }

    const model_graph& graph_;
    const onnx::NodeProto& node_;
    std::map<std::string, const onnx::AttributeProto*> left_;
};

}  // namespace importer
