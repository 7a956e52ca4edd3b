// SPDX-License-Identifier: MIT
#include "poison.hpp"

namespace {

using namespace poison_tests;

/// Pools that keep places, overlapping and not, and z beside a.
using convolutions = ep::network_t<(ep::input<2, 7, 5> >> ep::conv2d<3, 3, ep::same> >> ep::relu >> ep::max_pool<2> >>
                                    ep::conv2d<4, 2, ep::padding<1>> >> ep::silu >> ep::max_pool<2, ep::stride<1>> >>
                                    ep::flatten >> ep::dense<3>)>;

/// Convolutions whose scratch, for Winograd's products, lies where other tensors are dead.
constexpr auto deep_block = ep::conv2d<16, 3, ep::same> >> ep::tanh >> ep::conv2d<16, 3, ep::same>;
using deep = ep::network_t<(ep::input<16, 8, 10> >> ep::conv2d<16, 3, ep::same> >> ep::residual(deep_block) >>
                            ep::relu >> ep::global_average_pool >> ep::dense<3>)>;

}  // namespace

TEST_CASE("between two steps of convolutions and max pools, what the plan calls dead may hold anything") {
    check_between_steps<convolutions>();
}

TEST_CASE("between two steps of convolutions of many channels, what the plan calls dead may hold anything") {
    check_between_steps<deep>();
}

TEST_CASE("the gradient of a convolution reads what gradient_reads says and nothing else") {
    check_reads<1, convolutions>();
    check_reads<3, convolutions>();
}
