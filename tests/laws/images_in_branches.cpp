// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE("residual blocks of images, the second with a projection that strides") {
    constexpr auto net =
        ep::input<2, 6, 5> >> ep::conv2d<3, 3, ep::same, ep::no_bias> >> ep::batch_norm<> >> ep::silu >>
        ep::residual(ep::conv2d<3, 3, ep::same, ep::no_bias> >> ep::batch_norm<> >> ep::silu >>
                     ep::conv2d<3, 3, ep::same, ep::no_bias> >> ep::batch_norm<>) >>
        ep::silu >>
        ep::residual(ep::conv2d<4, 3, ep::stride<2>, ep::padding<1>> >> ep::silu >> ep::conv2d<4, 3, ep::same>,
                     ep::conv2d<4, 1, ep::stride<2>>) >>
        ep::silu >> ep::global_average_pool >> ep::dense<3>;
    static_assert(ep::stages<ep::network_t<net>>[6].source_count == 2, "the skip joins the batch_norm");
    obeys_laws<ep::network_t<net>, double>(ep::softmax_cross_entropy);
}

TEST_CASE("branches of channels, with pools that keep indices, and a gate of channels") {
    constexpr auto net = ep::input<2, 5, 5> >>
                         ep::concat(ep::conv2d<3, 1> >> ep::tanh,
                                    ep::max_pool<3, ep::stride<1>, ep::padding<1>> >> ep::conv2d<2, 1>, ep::identity) >>
                         ep::multiply(ep::identity, ep::conv2d<7, 3, ep::same> >> ep::sigmoid) >> ep::max_pool<2> >>
                         ep::flatten >> ep::dense<2>;
    obeys_laws<ep::network_t<net>, double>(ep::mse);
}
