// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "graph_file.hpp"

namespace importer {

/// The decimal that a float was written as, as a double: 0.01, and not 0.00999999977…
inline double as_written(float number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    double decimal = 0;
    std::from_chars(text, end, decimal);
    return decimal;
}

/// A node's attributes; each is asked for once, and what nobody asked for is an error.
class attributes {
public:
    attributes(const graph_file& graph, const onnx::NodeProto& node) : graph_(graph), node_(node) {
        for (const onnx::AttributeProto& each : node.attribute())
            if (!left_.emplace(each.name(), &each).second)
                graph.fail(node, "each attribute once", espalier::io::quoted(each.name()) + " again");
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
        if (attribute->type() != type)
            graph_.fail(node_, std::string(what) + " as " + name,
                        "one of type " + onnx::AttributeProto::AttributeType_Name(attribute->type()));
        left_.erase(found);
        return attribute;
    }

    const graph_file& graph_;
    const onnx::NodeProto& node_;
    std::map<std::string, const onnx::AttributeProto*> left_;
};

}  // namespace importer
