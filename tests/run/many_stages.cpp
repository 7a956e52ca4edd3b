// SPDX-License-Identifier: MIT
// In a network of many stages those that are alike run on one code. With functions that differ, by what rounding takes
// away again, each runs on its own, and must give the same numbers.
#include <doctest/doctest.h>

#include <espalier/loss/elementwise.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/predictor.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/gradient_check.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/train_step.hpp>

namespace ep = espalier;

namespace {

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

xt::xtensor<double, 2> samples(std::size_t rows, std::size_t width, int from) {
    xt::xtensor<double, 2> values({rows, width});
    for (std::size_t i = 0; i < values.size(); ++i)
        values.data()[i] = static_cast<double>((i * 7 + static_cast<std::size_t>(from)) % 11) / 5 - 1;
    return values;
}

const auto x = samples(13, 5, 1), y = samples(13, 2, 3);

/// Three steps, of a rule that moves each layer right after its gradient, or after all.
template <bool Apart, class Rule>
std::vector<double> trained(const Rule& rule, double clip_norm) {
    using Net = net<Apart>;
    auto at = ep::initialize<Net, double>(ep::seed{1});
    ep::gradients<Net, double> gradient;
    ep::optimizer_state<Net, Rule, double> state;
    ep::workspace<Net, 16, double> memory;
    for (int i = 0; i < 3; ++i)
        ep::train_step(at, x, y, ep::mse, rule, state, gradient, memory, {.clip_norm = clip_norm, .from = ep::seed{2}});
    return {at.flat().begin(), at.flat().end()};
}

template <class Rule>
double largest_difference(const Rule& rule, double clip_norm) {
    const auto one = trained<false>(rule, clip_norm), other = trained<true>(rule, clip_norm);
    REQUIRE(one.size() == other.size());
    double largest = 0;
    for (std::size_t i = 0; i < one.size(); ++i) largest = std::max(largest, std::abs(one[i] - other[i]));
    return largest;
}

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

}  // namespace

TEST_CASE("stages that share code train as those that have their own") {
    CHECK(largest_difference(ep::sgd{.learning_rate = 0.1}, 0) < 1e-14);
    CHECK(largest_difference(ep::adam{}, 0.5) < 1e-12);
    CHECK(trained<false>(ep::sgd{.learning_rate = 0.1}, 0) != trained<false>(ep::sgd{.learning_rate = 0.2}, 0));
}

TEST_CASE("and predict as they do") {
    const auto one = ep::predict(ep::initialize<net<false>, double>(ep::seed{1}), x);
    const auto other = ep::predict(ep::initialize<net<true>, double>(ep::seed{1}), x);
    double largest = 0, size = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
        largest = std::max(largest, std::abs(one.data()[i] - other.data()[i]));
        size = std::max(size, std::abs(one.data()[i]));
    }
    CHECK(largest < 1e-14);
    CHECK(size > 0.1);
    CHECK(largest_difference_alone(ep::initialize<net<false>, double>(ep::seed{1}), x) < 1e-14);
}

TEST_CASE("blocks of convolutions and frozen layers share code, with the right gradients") {
    constexpr auto block = ep::residual(ep::conv2d<2, 3, ep::same> >> ep::batch_norm<> >> ep::silu >>
                                        ep::conv2d<2, 3, ep::same, ep::no_bias> >> ep::batch_norm<>) >>
                           ep::silu;
    constexpr auto images = ep::input<1, 3, 4> >> ep::conv2d<2, 1> >> ep::silu >> block >> block >> block >> block >>
                            ep::frozen(block) >> ep::frozen(block) >> block >> ep::flatten >> ep::dense<2>;
    using Images = ep::network_t<images>;
    constexpr auto& alike = ep::detail::stage_kinds<ep::plan<Images, 16, double, ep::request::both>>::repeats;
    static_assert(std::count(alike.begin(), alike.end(), true) >= 4);
    const auto few = samples(4, 12, 1);
    const double error =
        ep::gradient_check(ep::initialize<Images, double>(ep::seed{1}), few, samples(4, 2, 3), ep::mse);
    CHECK(error < 1e-6);
    CHECK(largest_difference_alone(ep::initialize<Images, double>(ep::seed{1}), few) < 1e-13);
}

TEST_CASE("their gradients are those of finite differences") {
    const auto few = samples(3, 5, 1);
    CHECK(ep::gradient_check(ep::initialize<net<false>, double>(ep::seed{1}), few, samples(3, 2, 3), ep::mse,
                             ep::coins{ep::seed{3}, 1}) < 1e-6);
}
