// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include <espalier/io/safetensors.hpp>

#include "write_header.hpp"

namespace importer {

/// Writes the weights as safetensors, in the model's own precision. The file carries no fingerprint of the topology:
/// that is a hash which the compiler makes of the layers' types and shapes, and this program has their text alone.
/// load() compares names and shapes of all tensors, and goes on doing so when the header is edited.
template <class File>
void write_weights(const imported_network& net, File& file) {
    namespace io = espalier::io;
    const std::vector<learned_tensor> tensors = detail::named_tensors(net);
    io::detail::safetensors_header header;
    header.metadata = {{"format", "pt"}};
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
