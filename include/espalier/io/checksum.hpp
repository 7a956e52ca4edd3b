// SPDX-License-Identifier: MIT
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/io/file.hpp>
#include <espalier/io/fingerprint.hpp>
#include <espalier/io/safetensors_header.hpp>

/// What finds a damaged checkpoint.
namespace espalier::io::detail {

inline constexpr std::string_view checksum_name = "checkpoint.checksum";

/// The last four bytes of the file against the CRC-32 of all before them. Leaves the file where it was.
inline void check_checksum(input_file& file, const safetensors_header& header) {
    const bool ends_with_checksum = !header.tensors.empty() && header.tensors.back().name == checksum_name &&
                                    header.tensors.back().end - header.tensors.back().begin == 4;
    if (!ends_with_checksum)
        throw error(file.name(), tensor_name{"tensor " + io::quoted(checksum_name)}, "a checkpoint, which ends with it",
                    "a file of weights");
    const std::uint64_t start = file.offset();
    file.seek(0);
    std::vector<unsigned char> bytes(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), 1 << 16)));
    unsigned long found = 0;
    while (file.remaining() > 4) {
        const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(file.remaining() - 4, bytes.size()));
        file.read(bytes.data(), now, "data");
        found = ::crc32_z(found, bytes.data(), now);
    }
    const std::uint64_t at = file.offset();
    file.read(bytes.data(), 4, "checksum");
    unsigned long stored = 0;
    for (std::size_t i = 4; i-- > 0;) stored = stored << 8 | bytes[i];
    if (stored != found)
        file.fail(at, "the checksum " + hexadecimal(found).substr(8) + " of an undamaged file",
                  hexadecimal(stored).substr(8));
    file.seek(start);
}

}  // namespace espalier::io::detail
