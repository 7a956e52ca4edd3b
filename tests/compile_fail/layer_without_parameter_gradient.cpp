// SPDX-License-Identifier: MIT
// expect: this layer lacks its member parameter_gradient
// expect: at_layer<1>
// expect: scaled
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
/// y = w x, with one w for all.
struct scaled {
    static constexpr std::string_view kind = "scaled";
    static constexpr ep::layer::reads input_gradient_reads{.parameters = true};
    static constexpr ep::layer::reads parameter_gradient_reads{.input = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr std::array<ep::layer::parameter, 1> parameters(const ep::extents&) {
        return {ep::layer::parameter{"factor", ep::shape<1>{}}};
    }

    template <ep::extents Input, class Scalar>
    static void forward(ep::layer::features<Scalar> x, ep::layer::weights<Scalar> p, ep::layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] * p(0, 0);
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(ep::layer::features<Scalar>, ep::layer::features<Scalar>,
                               ep::layer::features<Scalar> delta, ep::layer::weights<Scalar> p,
                               ep::layer::outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = delta[i] * p(0, 0);
    }
};
#else
/// y = w x, with one w for all.
struct scaled {
    static constexpr std::string_view kind = "scaled";
    static constexpr ep::layer::reads input_gradient_reads{.parameters = true};
    static constexpr ep::layer::reads parameter_gradient_reads{.input = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr std::array<ep::layer::parameter, 1> parameters(const ep::extents&) {
        return {ep::layer::parameter{"factor", ep::shape<1>{}}};
    }

    template <ep::extents Input, class Scalar>
    static void forward(ep::layer::features<Scalar> x, ep::layer::weights<Scalar> p, ep::layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] * p(0, 0);
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(ep::layer::features<Scalar>, ep::layer::features<Scalar>,
                               ep::layer::features<Scalar> delta, ep::layer::weights<Scalar> p,
                               ep::layer::outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = delta[i] * p(0, 0);
    }
    template <ep::extents Input, class Scalar>
    static void parameter_gradient(ep::layer::features<Scalar> x, ep::layer::features<Scalar>,
                                   ep::layer::features<Scalar> delta, ep::layer::weights<Scalar>,
                                   ep::layer::sums<Scalar> gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) gradient.add(0, 0, delta[i] * x[i]);
    }
};
#endif

using Net = ep::network_t<(ep::input<4> >> scaled{} >> ep::dense<2>)>;
constexpr std::size_t bytes = ep::plan<Net, 8>::bytes;
