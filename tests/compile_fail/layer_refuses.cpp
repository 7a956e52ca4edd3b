// SPDX-License-Identifier: MIT
// expect: this layer's check refuses the shape that it receives
// expect: at_layer<1>
// expect: pairs
// expect: shape<3>
#include <espalier/espalier.hpp>

namespace ep = espalier;

/// A layer of one's own that takes an even number of elements.
struct pairs {
    static constexpr std::string_view kind = "pairs";
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr ep::layer::mismatch check(const ep::extents& input) {
        return input.size() % 2 == 0 ? ep::layer::mismatch::none : ep::layer::mismatch::refused;
    }
};

#ifdef WRONG
constexpr auto network = ep::input<3> >> pairs{} >> ep::dense<2>;
#else
constexpr auto network = ep::input<4> >> pairs{} >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
