// SPDX-License-Identifier: MIT
// expect: this layer lacks its member input_gradient
// expect: at_layer<1>
// expect: twice
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
/// y = 2 x as an operation.
struct twice {
    static constexpr std::string_view kind = "twice";
    static constexpr ep::layer::reads input_gradient_reads{};
    static constexpr ep::extents output(const ep::extents& input) { return input; }

    template <ep::extents Input, class Scalar>
    static void forward(ep::layer::features<Scalar> x, ep::layer::weights<Scalar>, ep::layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] + x[i];
    }
};
#else
/// y = 2 x as an operation.
struct twice {
    static constexpr std::string_view kind = "twice";
    static constexpr ep::layer::reads input_gradient_reads{};
    static constexpr ep::extents output(const ep::extents& input) { return input; }

    template <ep::extents Input, class Scalar>
    static void forward(ep::layer::features<Scalar> x, ep::layer::weights<Scalar>, ep::layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] + x[i];
    }

    template <ep::extents Input, class Scalar>
    static void input_gradient(ep::layer::features<Scalar>, ep::layer::features<Scalar>,
                               ep::layer::features<Scalar> delta, ep::layer::weights<Scalar>,
                               ep::layer::outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = delta[i] + delta[i];
    }
};
#endif

using Net = ep::network_t<(ep::input<4> >> twice{} >> ep::dense<2>)>;
constexpr std::size_t bytes = ep::plan<Net, 8>::bytes;
