// SPDX-License-Identifier: MIT
// expect: this layer lacks its member output
// expect: at_layer<1>
// expect: own
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
/// A layer of one's own that lets every number pass.
struct own {
    static constexpr std::string_view kind = "own";
};
#else
/// A layer of one's own that lets every number pass.
struct own {
    static constexpr std::string_view kind = "own";
    static constexpr ep::extents output(const ep::extents& input) { return input; }
};
#endif

using Net = ep::network_t<(ep::input<4> >> own{} >> ep::dense<2>)>;
