// SPDX-License-Identifier: MIT
// An activation and a layer of your own, and what the library derives from them.
#include <cmath>
#include <iostream>

#include <espalier/espalier.hpp>

namespace ep = espalier;

// An activation is an expression. Its derivative, its SIMD code and what is stored for it follow.
constexpr auto bump = ep::activation([](auto z) { return exp(-z * z); });

// With a learned parameter, whose gradient is derived as well.
constexpr auto leaky = ep::activation([](auto z, auto slope) { return select(z > 0, z, slope * z); }, ep::learned<0.1>);

// A layer is a type like those of the library. This one scales each feature by a learned factor: y = s ⊙ x.
struct scale {
    static constexpr std::string_view kind = "scale";

    // The shape rule, and the tensors to learn for that shape.
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr auto parameters(const ep::extents& input) {
        return std::array{ep::layer::parameter{"factor", input, 1, 1, ep::initializers::ones}};
    }

    // What each gradient reads beside the delta: the plan keeps that, and nothing else.
    static constexpr ep::layer::reads parameter_gradient_reads{.input = true};
    static constexpr ep::layer::reads input_gradient_reads{.parameters = true};

    // Written as if for one sample: x[i] is feature i of as many samples as a register holds.
    template <ep::extents Input, class Scalar>
    static void forward(ep::layer::features<Scalar> x, ep::layer::weights<Scalar> p, ep::layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] * ep::simd<Scalar>(p(0, i));
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(ep::layer::features<Scalar>, ep::layer::features<Scalar>,
                               ep::layer::features<Scalar> delta, ep::layer::weights<Scalar> p,
                               ep::layer::outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = delta[i] * ep::simd<Scalar>(p(0, i));
    }
    template <ep::extents Input, class Scalar>
    static void parameter_gradient(ep::layer::features<Scalar> x, ep::layer::features<Scalar>,
                                   ep::layer::features<Scalar> delta, ep::layer::weights<Scalar>,
                                   ep::layer::sums<Scalar> gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) gradient.add(0, i, delta[i] * x[i]);
    }
};

constexpr auto network = ep::input<3> >> scale{} >> ep::dense<32> >> bump >> ep::dense<32> >> leaky >> ep::dense<1>;
using Network = ep::network_t<network>;

static_assert(ep::layer::SampleLayer<scale>);

// bump′ = −2 z exp(−z²) cannot be told from the output alone, nor can leaky′ while its slope may have any sign.
using ep::symbols::a, ep::symbols::z;
static_assert(ep::plan<Network, 64>::stored == ep::tensors{a<1>, z<2>, a<2>, z<3>, a<3>});

int main() {
    std::cout << ep::describe<Network, 64>() << '\n';

    // y = sin(x₁) + x₂ x₃
    ep::random_stream stream(ep::seed{1}, "points");
    auto x = xt::xtensor<float, 2>::from_shape({1024, 3});
    auto y = xt::xtensor<float, 2>::from_shape({1024, 1});
    for (std::size_t i = 0; i < 1024; ++i) {
        for (std::size_t j = 0; j < 3; ++j) x(i, j) = 4 * stream.uniform<float>() - 2;
        y(i, 0) = std::sin(x(i, 0)) + x(i, 1) * x(i, 2);
    }
    const ep::regression_set<float> set(x, y);

    auto parameters = ep::initialize<Network>(ep::seed{42});
    const ep::trainer trainer{network, ep::mse, ep::adam{.learning_rate = 1e-2}, ep::batch<64>};
    trainer.fit(parameters, set, {.epochs = 200});

    const double loss = ep::evaluate(parameters, set, ep::mse).loss;
    std::cout << "mean squared error " << loss << '\n';
    std::cout << "learned factors " << parameters.weight<1>()(0) << ", " << parameters.weight<1>()(1) << ", "
              << parameters.weight<1>()(2) << "; learned slope " << parameters.tensor<5>()(0) << '\n';
    return loss < 0.01 ? 0 : 1;
}
