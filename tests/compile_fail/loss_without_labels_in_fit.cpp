// SPDX-License-Identifier: MIT
// expect: this loss lacks its member takes_labels
// expect: own
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

/// (p − t)², summed over the outputs.
struct own {
#ifndef WRONG
    static constexpr bool takes_labels = false;
#endif
    static constexpr bool takes_values = true;
    template <std::size_t Outputs, class Scalar, class Target, class Emit>
    ep::simd<Scalar> operator()(ep::losses::predictions<Scalar> prediction, const Target& target, Emit emit) const {
        ep::simd<Scalar> sum(Scalar{});
        for (std::size_t output = 0; output < Outputs; ++output) {
            const ep::simd<Scalar> difference = prediction[output] - target[output];
            sum += difference * difference;
            emit(output, difference + difference);
        }
        return sum;
    }
};

constexpr ep::trainer trainer{net, own{}, ep::adam{}, ep::batch<8>};

auto train(ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
    return trainer.fit(parameters, set, {.epochs = 3}).epochs.size();
}
