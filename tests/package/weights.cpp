// SPDX-License-Identifier: MIT
// Every header of files that needs no other library, and what it writes comes back.
#include <algorithm>
#include <espalier/io/checkpoint.hpp>
#include <espalier/io/constants.hpp>
#include <espalier/io/csv.hpp>
#include <espalier/io/idx.hpp>
#include <espalier/io/labels.hpp>
#include <espalier/io/npy.hpp>
#include <espalier/io/npz.hpp>
#include <espalier/io/safetensors.hpp>

#include "network.hpp"

int main() {
    ep::training_state<Net, ep::adam> state(trained()), resumed;
    ep::io::save_checkpoint(state, "run.checkpoint");
    ep::io::load_checkpoint(resumed, "run.checkpoint");
    ep::parameters<Net> first, second;
    ep::io::save(state.parameters, "model.safetensors");
    ep::io::load(first, "model.safetensors");
    ep::io::save_npz(state.parameters, "model.npz");
    ep::io::load_npz(second, "model.npz");
    ep::io::save_header(state.parameters, "model.hpp", "weights");
    const auto same = [&](const auto& other) { return std::ranges::equal(other.flat(), state.parameters.flat()); };
    return same(resumed.parameters) && same(first) && same(second) ? 0 : 1;
}
