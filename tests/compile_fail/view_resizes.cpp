// SPDX-License-Identifier: MIT
// expect: a layer without forward and expression is a view: its output has as many elements as its input
// expect: at_layer<1>
// expect: wider
// expect: shape<4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

struct wider {
    static constexpr std::string_view kind = "wider";
    static constexpr ep::extents output(const ep::extents& input) {
        ep::extents wide = input;
#ifdef WRONG
        wide.extent[0] = 1000000;
#endif
        return wide;
    }
};

using Net = ep::network_t<(ep::input<4> >> wider{} >> ep::dense<2>)>;
constexpr std::size_t size = ep::parameter_size<Net, float>;
constexpr std::size_t bytes = ep::plan<Net, 64>::bytes;
