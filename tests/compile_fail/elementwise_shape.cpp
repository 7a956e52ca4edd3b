// SPDX-License-Identifier: MIT
// expect: a layer with an expression is elementwise: its output has the shape of its input
// expect: at_layer<1>
// expect: square
// expect: shape<4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

struct square {
    static constexpr std::string_view kind = "square";
    static constexpr auto expression = ep::expression::variable{} * ep::expression::variable{};
    static constexpr ep::extents output(const ep::extents& input) {
#ifdef WRONG
        return ep::shape<1>{};
#else
        return input;
#endif
    }
};

using Net = ep::network_t<(ep::input<4> >> square{} >> ep::dense<2>)>;
constexpr std::size_t size = ep::parameter_size<Net, float>;
constexpr std::size_t bytes = ep::plan<Net, 64>::bytes;
