// SPDX-License-Identifier: MIT
// expect: a layer with an expression learns one scalar for each parameter<k> in it, and no more
// expect: at_layer<1>
// expect: slope
// expect: shape<4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

struct slope {
    static constexpr std::string_view kind = "slope";
    static constexpr auto expression = ep::expression::parameter<0>{} * ep::expression::variable{};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr auto parameters([[maybe_unused]] const ep::extents& input) {
#ifdef WRONG
        return std::array{ep::layer::parameter{"slope", input}};
#else
        return std::array{ep::layer::parameter{"slope", ep::shape<1>{}}};
#endif
    }
};

using Net = ep::network_t<(ep::input<4> >> slope{} >> ep::dense<2>)>;
constexpr std::size_t size = ep::parameter_size<Net, float>;
constexpr std::size_t bytes = ep::plan<Net, 64>::bytes;
