// SPDX-License-Identifier: MIT
#include "../../examples/import/import.hpp"
#include "../../examples/import/write_weights.hpp"

#include "memory_file.hpp"

/// Collects what a file would hold.
struct bytes_in_memory {
    std::vector<std::uint8_t> bytes;
    void write(const void* from, std::size_t count) {
        const auto* const first = static_cast<const std::uint8_t*>(from);
        bytes.insert(bytes.end(), first, first + count);
    }
};

/// Any bytes are a network that can be written down, or are refused; its weights are a file that can be read.
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
        bytes_in_memory weights;
        importer::write_weights(network, weights);
        bool is_read = false;
        takes([&] {
            espalier::io::input_file written(file.holding(weights.bytes.data(), weights.bytes.size()));
            const auto header = espalier::io::detail::read_safetensors_header(written);
            is_read = header.tensors.size() == importer::detail::named_tensors(network).size();
        });
        require(is_read);
    });
    return 0;
}
