// SPDX-License-Identifier: MIT
// expect: an optimizer is copied
// expect: own
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

/// p ← p − g/100
struct own {
    static constexpr std::size_t slots = 0;
#ifdef WRONG
    std::unique_ptr<double> velocity;
#endif
    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar*, std::size_t count, const ep::update&) const {
        for (std::size_t i = 0; i < count; ++i) parameters[i] -= gradient[i] / 100;
    }
};

ep::optimizer_state<Net, own> state;
