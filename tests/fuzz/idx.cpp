// SPDX-License-Identifier: MIT
#include <espalier/io/idx.hpp>
#include <espalier/io/labels.hpp>

#include "memory_file.hpp"

/// Any bytes, plain or gzip, are an array or are refused. Deflate grows a file at most 1032 times.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static memory_file file;
    const auto& path = file.holding(bytes, size);
    namespace io = espalier::io;
    takes([&] { require(io::load_idx<std::uint8_t, 3>(path).size() <= 1032 * size); });
    takes([&] { require(io::load_idx<float, 2>(path, {.factor = 1.0 / 255}).size() <= 1032 * size); });
    takes([&] { require(io::load_idx<double, 1>(path, {.allow_non_finite = true}).size() <= 1032 * size); });
    takes([&] {
        for (const std::int32_t label : io::load_labels(path, 3)) require(label >= 0 && label < 3);
    });
    return 0;
}
