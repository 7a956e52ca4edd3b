// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include <espalier/io/safetensors.hpp>

#include "write_header.hpp"

namespace importer {

inline constexpr const char *writer_key = "written_by", *writer = "espalier-import";

/// Whether a file holds weights that write_weights() wrote.
inline bool is_import(const std::filesystem::path& path) {
    try {
        espalier::io::input_file file(path);
        const auto header = espalier::io::detail::read_safetensors_header(file);
        const std::string* const found = header.find(writer_key);
        return found != nullptr && *found == writer;
    } catch (const espalier::io::error&) {
        return false;
    }
}

/// Writes the weights as safetensors, in the model's own precision. The file carries no fingerprint of the topology:
/// that is a hash which the compiler makes of the layers' types and shapes, and this program has their text alone.
/// load() compares names and shapes of all tensors, and goes on doing so when the header is edited.
template <class File>
void write_weights(const imported_network& net, File& file) {
    namespace io = espalier::io;
    const std::vector<learned_tensor> tensors = detail::named_tensors(net);
    io::detail::safetensors_header header;
    header.metadata = {{"format", "pt"}, {writer_key, writer}};
    for (const learned_tensor& each : tensors)
        io::detail::append(header, each.name, net.is_double ? "F64" : "F32", each.extents);
    const std::string start = io::detail::safetensors_start(header);
    file.write(start.data(), start.size());
    for (const learned_tensor& each : tensors) {
        if (net.is_double) {
            io::detail::write_numbers(file, std::span<const double>(each.values));
        } else {
            const std::vector<float> values(each.values.begin(), each.values.end());
            io::detail::write_numbers(file, std::span<const float>(values));
        }
    }
}

}  // namespace importer
