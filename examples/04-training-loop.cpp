// SPDX-License-Identifier: MIT
// The loop in your own hands: every object is placed by the caller, and nothing is allocated while it runs.
#include <cmath>
#include <iostream>

#include <espalier/espalier.hpp>

namespace ep = espalier;

// A pendulum's acceleration from its angle and speed, learned in double precision.
constexpr auto pendulum = ep::input<2> >> ep::repeat<2>(ep::dense<24> >> ep::tanh) >> ep::dense<1>;
using Pendulum = ep::network_t<pendulum>;
constexpr std::size_t batch = 32;

int main() {
    // In static storage: no heap, no stack. The sizes are constants of the plan.
    using vector_storage = ep::storage::in_place<double, ep::parameter_size<Pendulum, double>>;
    using arena_storage = ep::storage::in_place<std::byte, ep::plan<Pendulum, batch, double>::bytes>;
    static ep::parameters<Pendulum, double, vector_storage> parameters;
    static ep::gradients<Pendulum, double, vector_storage> gradient;
    static ep::workspace<Pendulum, batch, double, ep::request::parameters, arena_storage> workspace;

    const auto start = ep::initialize<Pendulum, double>(ep::seed{7});
    std::copy_n(start.data(), start.size(), parameters.data());

    constexpr ep::adam rule{.learning_rate = 5e-3};
    constexpr ep::schedules::cosine rate{.steps = 4000, .minimum = 0.01};
    ep::optimizer_state<Pendulum, ep::adam, double> state;
    ep::random_stream samples(ep::seed{7}, "samples");

    xt::xtensor_fixed<double, xt::xshape<batch, 2>> x;
    xt::xtensor_fixed<double, xt::xshape<batch, 1>> y;
    double smoothed = 0;
    for (std::uint64_t step = 1; step <= 4000; ++step) {
        for (std::size_t i = 0; i < batch; ++i) {
            x(i, 0) = 6 * samples.uniform<double>() - 3;
            x(i, 1) = 4 * samples.uniform<double>() - 2;
            y(i, 0) = -std::sin(x(i, 0)) - 0.2 * x(i, 1);
        }
        const double loss = ep::value_and_gradient(parameters, x, y, ep::mse, gradient, workspace);
        const double clip = ep::clip_scale(ep::global_norm(gradient.data(), gradient.size()), 1.0);
        state.step(rule, parameters, gradient, rate(step), clip);
        smoothed = step == 1 ? loss : 0.99 * smoothed + 0.01 * loss;
        if (step % 500 == 0) std::cout << "step " << step << "  loss " << smoothed << '\n';
    }

    const xt::xtensor_fixed<double, xt::xshape<2>> sample{0.5, 0.25};
    std::cout << "acceleration at angle 0.5, speed 0.25: " << ep::predict(parameters, sample)(0) << ", exactly "
              << -std::sin(0.5) - 0.05 << '\n';
    return smoothed < 1e-4 ? 0 : 1;
}
