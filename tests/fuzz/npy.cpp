// SPDX-License-Identifier: MIT
#include <espalier/io/labels.hpp>
#include <espalier/io/npy.hpp>

#include "memory_file.hpp"

/// Any bytes are an array or are refused; what is read is no larger than what the file holds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static memory_file file;
    const auto& path = file.holding(bytes, size);
    namespace io = espalier::io;
    takes([&] { require(io::load_npy<float, 2>(path).size() <= size); });
    takes([&] { require(io::load_npy<double, 3>(path, {.allow_non_finite = true}).size() <= size); });
    takes([&] { require(io::load_npy<std::int16_t, 1>(path).size() <= size); });
    takes([&] { require(io::load_npy<bool, 0>(path).size() == 1); });
    takes([&] {
        for (const std::int32_t label : io::load_labels(path, 10)) require(label >= 0 && label < 10);
    });
    return 0;
}
