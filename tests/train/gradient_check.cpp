// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <espalier/layer/sample.hpp>
#include <espalier/loss/elementwise.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/gradient_check.hpp>
#include <limits>
#include <xtensor/xtensor.hpp>

namespace ep = espalier;

namespace {

namespace layer = ep::layer;

/// y = p x with a factor on each of its gradients, 1 where it is right.
template <double ForInput, double ForParameter>
struct scale {
    static constexpr std::string_view kind = "scale";
    static constexpr layer::reads parameter_gradient_reads{.input = true};
    static constexpr layer::reads input_gradient_reads{.parameters = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr auto parameters(const ep::extents&) {
        return std::array{layer::parameter{"scale", ep::shape<1>{}, 1, 1, ep::initializers::constant(0.5)}};
    }

    template <ep::extents Input, class Scalar>
    static void forward(layer::features<Scalar> x, layer::weights<Scalar> p, layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] * p(0, 0);
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(layer::features<Scalar>, layer::features<Scalar>, layer::features<Scalar> delta,
                               layer::weights<Scalar> p, layer::outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = delta[i] * (p(0, 0) * Scalar(ForInput));
    }
    template <ep::extents Input, class Scalar>
    static void parameter_gradient(layer::features<Scalar> x, layer::features<Scalar>, layer::features<Scalar> delta,
                                   layer::weights<Scalar>, layer::sums<Scalar> gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i)
            gradient.add(0, 0, delta[i] * x[i] * ep::simd<Scalar>(Scalar(ForParameter)));
    }
};

template <auto... Layers>
double error_of(double first = 0.4) {
    using net = ep::network_t<(ep::input<3> >> ... >> Layers)>;
    const xt::xtensor<double, 2> x{{first, -0.7, 0.2}, {1.5, 0.3, -0.9}}, y{{0, 1, 0}, {1, 0, 0.5}};
    return ep::gradient_check(ep::initialize<net, double>(ep::seed{1}), x, y, ep::mse);
}

}  // namespace

TEST_CASE("a right layer passes far below the bound") {
    CHECK(error_of<scale<1.0, 1.0>{}>() < 1e-8);
    CHECK(error_of<ep::tanh, scale<1.0, 1.0>{}, ep::prelu<>>() < 1e-8);
}

TEST_CASE("one that is wrong by a thousandth is seen, in x's gradient or a parameter's") {
    CHECK(std::abs(error_of<scale<1.001, 1.0>{}>() - 0.001) < 1e-4);
    CHECK(std::abs(error_of<scale<1.0, 1.001>{}>() - 0.001) < 1e-4);
    CHECK(error_of<scale<1.0, -1.0>{}>() > 1);
    CHECK(error_of<scale<1.0, 0.0>{}>() > 1);
}

TEST_CASE("a frozen parameter is not checked") {
    CHECK(error_of<ep::tanh, layer::frozen<scale<1.0, -1.0>>{}>() < 1e-8);
}

TEST_CASE("a kink within reach of the larger step does no harm") { CHECK(error_of<ep::relu>(5e-6) < 1e-6); }

TEST_CASE("what is not finite is an error without bound") {
    CHECK(error_of<scale<1.0, 1.0>{}>(std::numeric_limits<double>::quiet_NaN()) ==
          std::numeric_limits<double>::infinity());
}
