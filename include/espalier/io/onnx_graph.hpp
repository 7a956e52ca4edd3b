// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <espalier/core/extents.hpp>
#include <espalier/io/onnx_messages.hpp>

/// ONNX graphs in the making. The headers io/onnx_….hpp need ONNX's protobuf messages and are not part of
/// espalier.hpp: whoever includes them links onnx_proto and protobuf.
namespace espalier::io {

/// The version of ONNX's operators that graphs are written in.
inline constexpr std::int64_t onnx_opset = 13;

/// An attribute of a node: an integer, a number, a word, or a list of integers.
struct onnx_attribute {
    std::string_view name;
    std::variant<std::int64_t, double, std::string_view, std::vector<std::int64_t>> value;
};

/// Adds nodes and constants to a graph whose scalars are all of one type. Names of values are made here: they begin
/// with the place, "3.gelu", and are unique.
class onnx_graph {
public:
    template <class Scalar>
    onnx_graph(onnx::GraphProto& graph, std::type_identity<Scalar>)
        : graph_(graph), is_double_(std::same_as<Scalar, double>) {}

    /// Where the following nodes belong: the start of their names, and what they are for a reader.
    void enter(std::string place, std::string description) {
        place_ = std::move(place);
        description_ = std::move(description);
        nodes_here_ = 0;
    }

    /// A node with one output; returns the output's name.
    std::string node(const char* operation, const std::vector<std::string>& inputs,
                     std::initializer_list<onnx_attribute> attributes = {}) {
        onnx::NodeProto& added = *graph_.add_node();
        added.set_op_type(operation);
        added.set_name(place_ + (nodes_here_++ == 0 ? std::string() : "/" + std::to_string(nodes_here_)));
        added.set_doc_string(description_);
        for (const std::string& each : inputs) added.add_input(each);
        for (const onnx_attribute& each : attributes) set(*added.add_attribute(), each);
        return *added.add_output() = added.name() + ":" + operation;
    }

    /// A constant scalar of the graph's type; equal ones are stored once.
    std::string number(double value) {
        const auto [place, is_new] = numbers_.try_emplace(std::bit_cast<std::uint64_t>(value));
        if (!is_new) return place->second;
        place->second = "number:" + std::to_string(numbers_.size());
        is_double_ ? add_scalar(place->second, value) : add_scalar(place->second, static_cast<float>(value));
        return place->second;
    }

    /// A constant vector of `count` equal scalars of the graph's type.
    std::string numbers(std::size_t count, double value) {
        const std::string name = constant_name();
        const std::size_t shape[] = {count};
        if (is_double_)
            tensor(name, shape, std::span<const double>(std::vector<double>(count, value)));
        else
            tensor(name, shape, std::span<const float>(std::vector<float>(count, static_cast<float>(value))));
        return name;
    }

    /// A constant list of floats, whatever the graph's type: what some operators take beside their input.
    std::string floats(std::span<const float> values) {
        const std::string name = constant_name();
        const std::size_t shape[] = {values.size()};
        tensor(name, shape, values);
        return name;
    }

    /// A constant list of integers: shapes, axes, amounts.
    std::string integers(std::span<const std::int64_t> values) {
        const std::string name = constant_name();
        const std::size_t shape[] = {values.size()};
        tensor(name, shape, values);
        return name;
    }
    std::string integers(std::initializer_list<std::int64_t> values) {
        return integers(std::span(values.begin(), values.size()));
    }

    /// A constant tensor under a name of the caller's.
    template <class Element>
    void tensor(const std::string& name, std::span<const std::size_t> shape, std::span<const Element> values) {
        onnx::TensorProto& added = *graph_.add_initializer();
        added.set_name(name);
        added.set_data_type(type_of<std::remove_const_t<Element>>());
        for (const std::size_t extent : shape) added.add_dims(static_cast<std::int64_t>(extent));
        std::string& bytes = *added.mutable_raw_data();
        bytes.resize(values.size_bytes());
        std::memcpy(bytes.data(), values.data(), values.size_bytes());
        static_assert(std::endian::native == std::endian::little, "ONNX stores little-endian numbers");
    }

    template <class Element>
    static constexpr onnx::TensorProto::DataType type_of() {
        if constexpr (std::same_as<Element, float>)
            return onnx::TensorProto::FLOAT;
        else if constexpr (std::same_as<Element, double>)
            return onnx::TensorProto::DOUBLE;
        else
            return onnx::TensorProto::INT64;
    }
    onnx::TensorProto::DataType scalar_type() const { return is_double_ ? type_of<double>() : type_of<float>(); }

private:
    std::string constant_name() const { return place_ + ":constant" + std::to_string(graph_.initializer_size()); }

    template <class Scalar>
    void add_scalar(const std::string& name, Scalar value) {
        tensor(name, {}, std::span<const Scalar>(&value, 1));
    }

    static void set(onnx::AttributeProto& to, const onnx_attribute& from) {
        to.set_name(std::string(from.name));
        if (const auto* integer = std::get_if<std::int64_t>(&from.value)) {
            to.set_type(onnx::AttributeProto::INT);
            to.set_i(*integer);
        } else if (const auto* number = std::get_if<double>(&from.value)) {
            to.set_type(onnx::AttributeProto::FLOAT);
            to.set_f(static_cast<float>(*number));
        } else if (const auto* word = std::get_if<std::string_view>(&from.value)) {
            to.set_type(onnx::AttributeProto::STRING);
            to.set_s(std::string(*word));
        } else {
            to.set_type(onnx::AttributeProto::INTS);
            for (const std::int64_t each : std::get<std::vector<std::int64_t>>(from.value)) to.add_ints(each);
        }
    }

    onnx::GraphProto& graph_;
    bool is_double_;
    std::string place_, description_;
    std::size_t nodes_here_ = 0;
    std::map<std::uint64_t, std::string> numbers_;
};

}  // namespace espalier::io
