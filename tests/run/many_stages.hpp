// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include <espalier/loss/elementwise.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/predictor.hpp>
#include <espalier/topology/dsl.hpp>
#include <xtensor/xtensor.hpp>

namespace many_stages {

namespace ep = espalier;

template <bool Apart, int Number>
constexpr auto bent() {
    if constexpr (Apart)
        return ep::activation([](auto z) { return tanh(z) + (Number + 1) * 1e-300; });
    else
        return ep::tanh;
}
template <bool Apart, int Number>
constexpr auto block() {
    return ep::residual(ep::dense<6> >> bent<Apart, Number>() >> ep::dense<6>) >> bent<Apart, Number + 1>();
}

/// Alike: dense layers, residual blocks, normalised layers with statistics. Never shared: what learns within f or
/// tosses coins, and joins.
template <bool Apart>
constexpr auto deep =
    ep::input<5> >> ep::dense<6> >>
    bent<Apart, 0>() >> ep::dense<6> >> bent<Apart, 1>() >> ep::dense<6> >> bent<Apart, 2>() >> ep::dense<6> >>
    bent<Apart, 3>() >> block<Apart, 10>() >> block<Apart, 20>() >> block<Apart, 30>() >> block<Apart, 40>() >>
    ep::batch_norm<> >> bent<Apart, 9>() >> ep::batch_norm<> >> bent<Apart, 4>() >> ep::batch_norm<> >>
    bent<Apart, 5>() >> ep::dense<6> >> ep::prelu<> >> ep::dense<6> >> ep::prelu<> >> ep::dense<6> >> ep::prelu<> >>
    ep::dense<6> >> ep::dropout<0.25> >> ep::dense<6> >> ep::dropout<0.25> >> ep::dense<6> >> ep::dropout<0.25> >>
    ep::layer_norm<> >> ep::layer_norm<> >> ep::concat(ep::dense<3> >> bent<Apart, 6>(),
                                                       ep::dense<3> >> bent<Apart, 7>()) >>
    ep::dense<6> >> bent<Apart, 8>() >> ep::dense<2>;
template <bool Apart>
using net = ep::network_t<deep<Apart>>;

template <bool Apart>
constexpr auto& repeats = ep::detail::stage_kinds<ep::plan<net<Apart>, 16, double, ep::request::both>>::repeats;
template <bool Apart>
constexpr long shared = std::count(repeats<Apart>.begin(), repeats<Apart>.end(), true);
static_assert(ep::stage_count<net<false>> > ep::detail::many_stages);
static_assert(shared<true> == 0 && shared<false> == 4);
constexpr auto& repeats_alone = ep::detail::stage_kinds<ep::plan<net<false>, 1, double, ep::request::nothing>>::repeats;
static_assert(std::count(repeats_alone.begin(), repeats_alone.end(), true) >= 4);

inline xt::xtensor<double, 2> samples(std::size_t rows, std::size_t width, int from) {
    xt::xtensor<double, 2> values({rows, width});
    for (std::size_t i = 0; i < values.size(); ++i)
        values.data()[i] = static_cast<double>((i * 7 + static_cast<std::size_t>(from)) % 11) / 5 - 1;
    return values;
}

inline const auto x = samples(13, 5, 1), y = samples(13, 2, 3);

/// Each row of x alone, by predict and by a predictor, beside what all of them give together.
template <class Net>
double largest_difference_alone(const ep::parameters<Net, double>& at, const xt::xtensor<double, 2>& samples) {
    const auto all = ep::predict(at, samples);
    const ep::predictor<Net, double> holding(at);
    double largest = 0;
    for (std::size_t row = 0; row < samples.shape(0); ++row) {
        const std::span<const double> sample(&samples(row, 0), samples.shape(1));
        const auto one = ep::predict(at, sample), held = holding(sample);
        for (std::size_t i = 0; i < one.size(); ++i)
            largest = std::max({largest, std::abs(one(i) - all(row, i)), std::abs(held(i) - all(row, i))});
    }
    return largest;
}

}  // namespace many_stages
