// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <tuple>

#include <espalier/topology/dsl.hpp>

/// Networks of many kinds, for what has to hold of every plan.
namespace networks {

namespace ep = espalier;
namespace layer = espalier::layer;

/// An operation whose gradient reads its output, so that z must outlive f.
struct centred {
    static constexpr std::string_view kind = "centred";
    static constexpr layer::reads parameter_gradient_reads{};
    static constexpr layer::reads input_gradient_reads{.output = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    template <ep::extents, class Scalar>
    static void forward();  // planned, never run
    template <ep::extents, class Scalar>
    static void input_gradient();
};

/// An operation whose gradients read everything.
struct gated {
    static constexpr std::string_view kind = "gated";
    static constexpr layer::reads parameter_gradient_reads{.input = true, .output = true};
    static constexpr layer::reads input_gradient_reads{.input = true, .output = true, .parameters = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr std::array<layer::parameter, 1> parameters(const ep::extents& input) {
        return {{{"gate", input}}};
    }
    template <ep::extents, class Scalar>
    static void forward();
    template <ep::extents, class Scalar>
    static void input_gradient();
    template <ep::extents, class Scalar>
    static void parameter_gradient();
};

inline constexpr auto digits = ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>;
inline constexpr auto mixed = ep::input<1, 4, 4> >> ep::flatten >> ep::dropout<0.2> >> ep::dense<24> >> ep::gelu >>
                              ep::dropout<0.5> >> ep::frozen(ep::dense<40>) >> ep::mish
                              >> ep::dense<8, ep::no_bias> >> ep::prelu<> >> ep::dense<3> >> ep::sigmoid;
inline constexpr auto all = std::tuple{
    digits,
    mixed,
    ep::input<5> >> ep::dense<3>,
    ep::input<5> >> ep::relu,
    ep::input<5> >> ep::silu >> ep::dense<1>,
    ep::input<784> >> ep::dense<512> >> ep::relu >> ep::dense<256> >> ep::relu >> ep::dense<10>,
    ep::input<4> >> ep::repeat<2>(ep::dense<32> >> ep::tanh) >> ep::dense<1>,
    ep::input<9> >> ep::repeat<6>(ep::dense<9> >> ep::silu >> ep::dropout<0.1>) >> ep::dense<2> >> ep::softplus,
    ep::input<3> >> ep::dense<100> >> ep::relu >> ep::dense<1> >> ep::relu >> ep::dense<100> >> ep::relu >>
        ep::dense<2>,
    ep::input<4> >> ep::frozen(ep::dense<8> >> ep::gelu >> ep::dense<8> >> ep::relu) >> ep::dense<4> >> ep::tanh >>
        ep::dense<2>,
    ep::input<4> >> ep::frozen(ep::dense<8> >> ep::gelu >> ep::dense<2>),
    ep::input<6> >> ep::dense<6> >> ep::relu >> centred{} >> ep::gelu >> gated{} >> ep::tanh >> gated{} >> ep::dense<2>,
    ep::input<6> >> gated{} >> centred{} >> ep::mish >> ep::dense<2> >> ep::gelu,
    ep::input<6> >> gated{} >> gated{},
    ep::input<6> >> ep::residual(ep::dense<6> >> ep::silu >> ep::dense<6>) >> ep::relu >>
        ep::residual(gated{} >> ep::tanh, ep::dense<6>) >> ep::dense<2>,
    ep::input<6> >> ep::dense<6> >> ep::concat(ep::identity, ep::silu, gated{} >> ep::residual(ep::dense<6>)) >>
        ep::multiply(ep::sigmoid, ep::identity, centred{}) >> ep::dense<2>,
    ep::input<6> >> ep::frozen(ep::add(ep::dense<8>, ep::dense<8> >> ep::gelu)) >>
        ep::repeat<5>(ep::residual(ep::dense<8> >> ep::mish >> ep::residual(ep::dense<8> >> ep::dense<8>))) >>
        ep::add(ep::identity, ep::identity, ep::dense<8>),
};

/// f(Net{}) for each of them.
template <class Function>
constexpr void for_each(Function&& f) {
    std::apply([&](auto... each) { (f(each), ...); }, all);
}

}  // namespace networks
