// SPDX-License-Identifier: MIT
#include "../../examples/import/import.hpp"
#include "../../examples/import/write_header.hpp"

#include "memory_file.hpp"

/// Any bytes are a network that can be written down, or are refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const bool quiet = [] {
        google::protobuf::SetLogHandler(nullptr);
        return true;
    }();
    static memory_file file;
    const auto& path = file.holding(bytes, size);
    takes([&] {
        const importer::imported_network network = importer::import_model(path);
        require(quiet && !importer::header_of(network, {"model", "model.onnx", "model.safetensors"}).empty());
        require(importer::header_of(network, {"model", "model.onnx", ""}).size() > 100);
    });
    return 0;
}
