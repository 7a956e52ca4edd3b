// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <span>

#include <espalier/io/safetensors.hpp>

#include "write_header.hpp"

namespace importer {

/// Writes the weights as safetensors, in the model's own precision.
inline void write_weights(const imported_network& net, const std::filesystem::path& path) {
    namespace io = espalier::io;
    const std::vector<learned_tensor> tensors = detail::named_tensors(net);
    io::detail::safetensors_header header;
    header.metadata = {{"format", "pt"}};
    for (const learned_tensor& each : tensors)
        io::detail::append(header, each.name, net.is_double ? "F64" : "F32", each.extents);
    io::output_file file(path);
    file.write(io::detail::safetensors_start(header));
    for (const learned_tensor& each : tensors) {
        if (net.is_double) {
            io::detail::write_numbers(file, std::span<const double>(each.values));
        } else {
            const std::vector<float> values(each.values.begin(), each.values.end());
            io::detail::write_numbers(file, std::span<const float>(values));
        }
    }
    file.commit();
}

}  // namespace importer
