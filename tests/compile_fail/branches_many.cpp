// SPDX-License-Identifier: MIT
// expect: add, concat and multiply take up to 8 branches: put some of them into another join
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto sum =
    ep::add(ep::identity, ep::relu, ep::tanh, ep::silu, ep::gelu, ep::mish, ep::elu<>, ep::selu, ep::sigmoid);
#else
constexpr auto sum =
    ep::add(ep::identity, ep::relu, ep::tanh, ep::silu, ep::gelu, ep::mish, ep::elu<>, ep::add(ep::selu, ep::sigmoid));
#endif
constexpr auto network = ep::input<4> >> sum >> ep::dense<2>;

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
