// SPDX-License-Identifier: MIT
// expect: a checkpoint keeps a training_state
// expect: the_parameters
#include <espalier/espalier.hpp>
#include <espalier/io/checkpoint.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

void use(ep::parameters<Net>& parameters, const ep::parameters<Net>& constant,
         ep::training_state<Net, ep::adam>& state) {
#ifdef WRONG
    ep::io::save_checkpoint(parameters, "training.safetensors");
#else
    ep::io::save_checkpoint(state, "training.safetensors");
#endif
}
