// SPDX-License-Identifier: MIT
#include <espalier/io/checkpoint.hpp>

#include "../io/small_network.hpp"
#include "memory_file.hpp"

#include <espalier/train/adam.hpp>

/// Any bytes are a checkpoint or are refused. The checksum is put right first: nothing would get past it otherwise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static memory_file file;
    std::vector<std::uint8_t> checked(bytes, bytes + size);
    if (size >= 4) {
        const unsigned long sum = ::crc32_z(0, bytes, size - 4);
        for (std::size_t i = 0; i < 4; ++i) checked[size - 4 + i] = static_cast<std::uint8_t>(sum >> 8 * i & 0xff);
    }
    espalier::training_state<Small, espalier::adam> state;
    if (!takes([&] { espalier::io::load_checkpoint(state, file.holding(checked.data(), size)); }))
        require(state.optimizer.steps() == 0 && state.past.epochs.empty() && state.parameters.data()[0] == 0);
    return 0;
}
