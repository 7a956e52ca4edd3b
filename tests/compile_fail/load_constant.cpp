// SPDX-License-Identifier: MIT
// expect: load changes the parameters: they are no constant
#include <espalier/espalier.hpp>
#include <espalier/io/safetensors.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

void use(ep::parameters<Net>& parameters, const ep::parameters<Net>& constant,
         ep::training_state<Net, ep::adam>& state) {
#ifdef WRONG
    ep::io::load(constant, "weights.safetensors");
#else
    ep::io::load(parameters, "weights.safetensors");
#endif
}
