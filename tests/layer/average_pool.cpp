// SPDX-License-Identifier: MIT
#include "image_vectors.hpp"

namespace ep = espalier;
using image_vectors::check;

TEST_CASE("average pools agree with PyTorch") {
    check<(ep::input<2, 7, 6> >> ep::prelu<> >> ep::average_pool<3, 2, ep::stride<2, 1>, ep::padding<1>>)>(
        "average_pool");
    check<(ep::input<2, 7, 6> >> ep::prelu<> >>
           ep::average_pool<3, ep::stride<2>, ep::padding<1>, ep::exclude_padding>)>("average_pool_inside");
    check<(ep::input<2, 4, 9> >> ep::prelu<> >> ep::adaptive_average_pool<2, 3>)>("average_pool_adaptive");
    check<(ep::input<2, 4, 9> >> ep::prelu<> >> ep::global_average_pool)>("average_pool_global");
    check<(ep::input<3, 13> >> ep::prelu<> >> ep::average_pool<4, ep::stride<3>, ep::padding<2>>)>(
        "average_pool_signal");
    check<(ep::input<3, 11> >> ep::prelu<> >> ep::average_pool<3, ep::stride<2>, ep::padding<1>, ep::exclude_padding>)>(
        "average_pool_signal_inside");
}
