// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include <espalier/io/file.hpp>

#include "translate.hpp"

namespace importer {

/// The model in a file; io::error where it is none.
inline onnx::ModelProto read_model(const std::filesystem::path& path) {
    espalier::io::input_file file(path);
    constexpr std::uint64_t most = std::uint64_t{1} << 31;
    if (file.size() >= most)
        file.fail(0, "less than 2 GiB, which protobuf can read", std::to_string(file.size()) + " bytes");
    std::string bytes(static_cast<std::size_t>(file.size()), '\0');
    file.read(bytes.data(), bytes.size(), "the model");
    onnx::ModelProto model;
    if (!model.ParseFromString(bytes)) file.fail(0, "an ONNX model", "bytes that are none");
    if (!model.has_graph()) file.fail(0, "an ONNX model", "one without a graph");
    return model;
}

/// The network in a file.
inline imported_network import_model(const std::filesystem::path& path) {
    const onnx::ModelProto model = read_model(path);
    const model_graph graph(model, path.string());
    return translator(graph).all();
}

}  // namespace importer
