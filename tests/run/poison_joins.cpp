// SPDX-License-Identifier: MIT
#include "poison.hpp"

namespace {

using namespace poison_tests;

/// Every join, of branches with convolutions, pools and normalisations.
using joined = ep::network_t<(
    ep::input<2, 5, 4> >> ep::conv2d<3, 3, ep::same> >> ep::tanh >>
    ep::residual(ep::conv2d<3, 3, ep::same, ep::no_bias> >> ep::batch_norm<ep::no_affine> >> ep::silu >>
                 ep::conv2d<3, 1>) >>
    ep::concat(ep::identity, ep::max_pool<3, ep::stride<1>, ep::padding<1>>, ep::conv2d<2, 1> >> ep::prelu<>) >>
    ep::multiply(ep::identity, ep::conv2d<8, 1> >> ep::sigmoid) >>
    ep::residual(ep::conv2d<4, 3, ep::stride<2>, ep::padding<1>> >> ep::relu, ep::conv2d<4, 1, ep::stride<2>>) >>
    ep::add(ep::identity, ep::average_pool<3, ep::stride<1>, ep::padding<1>>) >> ep::global_average_pool >>
    ep::dense<3>)>;

}  // namespace

TEST_CASE("between two steps of joined branches of images, what the plan calls dead may hold anything") {
    check_between_steps<joined>();
}
