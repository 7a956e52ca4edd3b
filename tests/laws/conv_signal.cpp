// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE("a strided depthwise convolution, a transposed one, averages") {
    obeys_laws<ep::network_t<(ep::input<2, 9> >> ep::depthwise_conv1d<3, ep::stride<2>> >> ep::tanh >>
                              ep::conv_transpose1d<3, 2, ep::stride<2>, ep::no_bias> >> ep::average_pool<2> >>
                              ep::global_average_pool)>,
               double>(ep::mse);
}
