// SPDX-License-Identifier: MIT
#include <espalier/io/safetensors.hpp>

#include "../io/small_network.hpp"
#include "memory_file.hpp"

/// Any bytes are weights or are refused; refused, they leave the parameters as they were.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static memory_file file;
    const auto& path = file.holding(bytes, size);
    const small_parameters<> before = espalier::initialize<Small>(espalier::seed{1});
    small_parameters<> to = before;
    if (!takes([&] { espalier::io::load(to, path, {}, {.check_topology = false}); }))
        require(same_bits(to.flat(), before.flat()));
    small_parameters<double> wide;
    takes([&] { espalier::io::load(wide, path, {}, {.allow_surplus = true, .allow_non_finite = true}); });
    return 0;
}
