// SPDX-License-Identifier: MIT
#include <espalier/io/csv.hpp>

#include "memory_file.hpp"

/// Any text is a table or is refused; every number of a table stands in the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static memory_file file;
    const auto& path = file.holding(bytes, size);
    namespace io = espalier::io;
    takes([&] { require(io::load_csv<float>(path).size() <= size); });
    takes([&] { require(io::load_csv<double>(path, {.delimiter = '\t', .allow_non_finite = true}).size() <= size); });
    takes([&] { require(io::load_csv<std::int8_t>(path, {.delimiter = ';', .skip_lines = 1}).size() <= size); });
    return 0;
}
