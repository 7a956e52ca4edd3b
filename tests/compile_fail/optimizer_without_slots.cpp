// SPDX-License-Identifier: MIT
// expect: this optimizer lacks its member slots
// expect: own
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

/// p ← p − g/100
struct own {
#ifndef WRONG
    static constexpr std::size_t slots = 0;
#endif
    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar*, std::size_t count, const ep::update&) const {
        for (std::size_t i = 0; i < count; ++i) parameters[i] -= gradient[i] / 100;
    }
};

constexpr ep::trainer trainer{net, ep::mse, own{}, ep::batch<8>};

auto train(ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
    return trainer.fit(parameters, set, {.epochs = 3}).epochs.size();
}
