// SPDX-License-Identifier: MIT
#include "poison.hpp"

namespace {

using namespace poison_tests;

/// Signals, with what passes through the statistics of a batch.
using signals =
    ep::network_t<(ep::input<2, 11> >> ep::depthwise_conv1d<3, ep::stride<2>> >> ep::tanh >> ep::conv1d<4, 1> >>
                   ep::batch_norm<ep::no_affine> >> ep::relu >> ep::conv_transpose1d<3, 2, ep::stride<2>> >> ep::gelu >>
                   ep::average_pool<3> >> ep::group_norm<3> >> ep::flatten >> ep::dense<3>)>;

}  // namespace

TEST_CASE(
    "between two steps of convolutions of signals and normalisations, what the plan calls dead may hold anything") {
    check_between_steps<signals>();
}
