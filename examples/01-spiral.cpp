// SPDX-License-Identifier: MIT
// Two spirals in the plane, which no straight line tells apart.
#include <cmath>
#include <iostream>

#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto spirals = ep::input<2> >> ep::dense<32> >> ep::tanh >> ep::dense<32> >> ep::tanh >> ep::dense<2>;

int main() {
    auto points = xt::xtensor<float, 2>::from_shape({400, 2});
    auto arm = xt::xtensor<int, 1>::from_shape({400});
    ep::random_stream noise(ep::seed{1}, "noise");
    for (std::size_t i = 0; i < 400; ++i) {
        arm(i) = i % 2;
        const float turn = 1 + 7 * static_cast<float>(i) / 400;
        const float angle = turn + 3.14159f * static_cast<float>(arm(i));
        points(i, 0) = turn / 8 * std::cos(angle) + 0.02f * noise.normal<float>();
        points(i, 1) = turn / 8 * std::sin(angle) + 0.02f * noise.normal<float>();
    }
    const ep::classification_set<float> set(points, arm, 2);

    auto parameters = ep::initialize<ep::network_t<spirals>>(ep::seed{42});
    const ep::trainer trainer{spirals, ep::softmax_cross_entropy, ep::adam{.learning_rate = 1e-2}, ep::batch<64>};
    trainer.fit(parameters, set, {.epochs = 300});

    const double accuracy = ep::evaluate(parameters, set, ep::softmax_cross_entropy).accuracy;
    std::cout << "accuracy " << 100 * accuracy << " %\n";
    return accuracy > 0.99 ? 0 : 1;
}
