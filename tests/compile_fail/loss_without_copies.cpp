// SPDX-License-Identifier: MIT
// expect: a loss is copied and assigned
// expect: own
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

/// scale (p − t)², summed over the outputs.
struct own {
    static constexpr bool takes_labels = false;
    static constexpr bool takes_values = true;
#ifdef WRONG
    const float scale = 1;
#else
    float scale = 1;
#endif
    template <std::size_t Outputs, class Scalar, class Target, class Emit>
    ep::simd<Scalar> operator()(ep::losses::predictions<Scalar> prediction, const Target& target, Emit emit) const {
        ep::simd<Scalar> sum(Scalar{});
        for (std::size_t output = 0; output < Outputs; ++output) {
            const ep::simd<Scalar> difference = prediction[output] - target[output];
            sum += ep::simd<Scalar>(Scalar(scale)) * difference * difference;
            emit(output, ep::simd<Scalar>(Scalar(2 * scale)) * difference);
        }
        return sum;
    }
};

float step(const ep::parameters<Net>& parameters, const xt::xtensor<float, 2>& x, const xt::xtensor<float, 2>& y,
           ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
    return ep::value_and_gradient(parameters, x, y, own{}, gradient, memory);
}
