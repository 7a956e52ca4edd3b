// SPDX-License-Identifier: MIT
// expect: the options are epsilon(> 0), no_affine; of batch_norm momentum(m), of layer_norm and rms_norm
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4, 8> >> ep::layer_norm<ep::last_axes(0)> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<4, 8> >> ep::layer_norm<ep::last_axes(1)> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
