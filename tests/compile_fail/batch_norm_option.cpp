// SPDX-License-Identifier: MIT
// expect: the options are epsilon(> 0), no_affine; of batch_norm momentum(m), of layer_norm and rms_norm
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 8, 8> >> ep::batch_norm<0.1>;
#else
constexpr auto network = ep::input<3, 8, 8> >> ep::batch_norm<ep::momentum(0.1)>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
