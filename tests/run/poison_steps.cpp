// SPDX-License-Identifier: MIT
#include "poison.hpp"

namespace {

using namespace poison_tests;

template <auto Activation>
using three_layers =
    ep::network_t<(ep::input<12> >> ep::dense<7> >> Activation >> ep::dense<5> >> Activation >> ep::dense<3>)>;
using relu_net = three_layers<ep::relu>;
using tanh_net = three_layers<ep::tanh>;
using silu_net = three_layers<ep::silu>;

/// Wider than a register, so that kernels want scratch memory; z and a are both kept.
using wide_net = ep::network_t<(ep::input<35> >> ep::dense<33> >> ep::silu >> ep::dropout<0.25> >> ep::dense<20> >>
                                ep::prelu<> >> ep::frozen(ep::dense<10>) >> ep::tanh)>;

/// Branches: what adds up, what passes on, what is multiplied, what is a function alone.
using branched_net =
    ep::network_t<(ep::input<9> >> ep::dense<6> >> ep::tanh >> ep::residual(ep::dense<6> >> ep::silu >> ep::dense<6>) >>
                   ep::concat(ep::identity, ep::silu, ep::dense<5> >> ep::prelu<>) >>
                   ep::multiply(ep::identity, ep::sigmoid, ep::dense<17>) >> ep::residual(ep::dense<17>) >>
                   ep::add(ep::identity, ep::dense<17> >> ep::dropout<0.5>, ep::tanh) >> ep::dense<4>)>;

}  // namespace

TEST_CASE_TEMPLATE("between two steps, memory that no live tensor of the plan covers may hold anything", Net, relu_net,
                   tanh_net, silu_net, wide_net, branched_net) {
    check_between_steps<Net>();
}
