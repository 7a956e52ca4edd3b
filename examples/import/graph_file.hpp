// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <espalier/io/error.hpp>
#include <espalier/io/onnx_messages.hpp>

namespace importer {

/// "a, b, c"
template <class Numbers>
std::string listed(const Numbers& numbers) {
    std::string text;
    for (const auto each : numbers) text += (text.empty() ? "" : ", ") + std::to_string(each);
    return text;
}

/// A graph and the file that it comes from: what errors name.
class graph_file {
public:
    /// The graph outlives this.
    graph_file(const onnx::GraphProto& graph, std::string file) : proto_(graph), file_(std::move(file)) {}

    const std::string& file() const { return file_; }
    const onnx::NodeProto& node(std::size_t index) const { return proto_.node(static_cast<int>(index)); }

    std::string place(const onnx::NodeProto& node) const {
        std::string name = "node " + espalier::io::quoted(node.name());
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
        const std::string quotes = espalier::io::quoted(text);
        return quotes.substr(1, quotes.size() - 2);
    }
    static std::string type_text(int type) {
        const std::string& name = onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(type));
        return name.empty() ? "type " + std::to_string(type) : name;
    }

protected:
    const onnx::GraphProto& proto_;

private:
    std::string file_;
};

}  // namespace importer
