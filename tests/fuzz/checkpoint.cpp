// SPDX-License-Identifier: MIT
#include <espalier/io/checkpoint.hpp>

#include "../io/trainings.hpp"
#include "memory_file.hpp"

#include <espalier/train/adam.hpp>

namespace {

using state = ep::training_state<Small, ep::adam>;

/// One in which nothing is as it would be by itself.
state trained() {
    state made(ep::initialize<Small>(ep::seed{1}));
    std::fill_n(made.optimizer.slots(), made.optimizer.size(), 0.25f);
    made.optimizer.set_steps(3);
    made.past = {{{1, 0.5, 0.75, 0.25, 0.125, 2}}, true, 1};
    made.from = ep::seed{7};
    made.best_parameters.assign(made.parameters.size(), 2);
    made.has_best = true;
    return made;
}

}  // namespace

/// Any bytes are a checkpoint or are refused; refused, they leave the state as it was. The checksum is put right
/// first: nothing would get past it otherwise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static memory_file file;
    static const state before = trained();
    std::vector<std::uint8_t> checked(bytes, bytes + size);
    if (size >= 4) {
        const unsigned long sum = ::crc32_z(0, bytes, size - 4);
        for (std::size_t i = 0; i < 4; ++i) checked[size - 4 + i] = static_cast<std::uint8_t>(sum >> 8 * i & 0xff);
    }
    state to = before;
    if (!takes([&] { espalier::io::load_checkpoint(to, file.holding(checked.data(), size)); }))
        require(same(to, before));
    return 0;
}
