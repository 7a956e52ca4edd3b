// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/loss/elementwise.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/gradient_check.hpp>
#include <xtensor/xtensor.hpp>

namespace ep = espalier;

namespace {

/// Residual layers among them: an addend of a shared forward, a part of the gradient of a shared way back.
constexpr auto many = ep::input<20> >> ep::dense<17> >> ep::tanh >> ep::dense<18> >> ep::tanh >> ep::dense<19> >>
                      ep::residual(ep::dense<19> >> ep::tanh) >> ep::dense<20, ep::no_bias> >> ep::tanh
                      >> ep::dense<21> >> ep::tanh >> ep::dense<22> >> ep::dense<23> >> ep::tanh
                      >> ep::dense<24> >> ep::dense<25> >> ep::tanh
                      >> ep::dense<26> >> ep::residual(ep::dense<26>) >> ep::dense<27> >> ep::tanh
                      >> ep::dense<28> >> ep::tanh >> ep::dense<28> >> ep::tanh >> ep::dense<28> >> ep::tanh
                      >> ep::dense<28> >> ep::tanh >> ep::dense<28> >> ep::tanh >> ep::dense<28> >> ep::tanh
                      >> ep::residual(ep::dense<28>) >> ep::residual(ep::dense<28>) >> ep::residual(ep::dense<28>) >>
                      ep::residual(ep::dense<28>) >> ep::dense<2>;
using net = ep::network_t<many>;

template <class Net, ep::request Wanted>
constexpr bool shares = ep::detail::has_many_shapes<ep::plan<ep::flat_network<Net>, 16, double, Wanted>>;
static_assert(shares<net, ep::request::both> && shares<net, ep::request::nothing>);
/// Some of them are alike: shared kernels, called by shared stages.
static_assert(std::ranges::count(ep::detail::stage_kinds<ep::plan<net, 16, double, ep::request::both>>::repeats,
                                 true) >= 2);
constexpr auto few = ep::input<20> >> ep::dense<17> >> ep::dense<18>;
static_assert(!shares<ep::network_t<few>, ep::request::both>);

}  // namespace

TEST_CASE("layers of many different widths, which share kernels, have the right gradients") {
    xt::xtensor<double, 2> x({3, 20}), y({3, 2});
    for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<double>(i * 7 % 11) / 5 - 1;
    for (std::size_t i = 0; i < y.size(); ++i) y.data()[i] = static_cast<double>(i % 3) / 2;
    CHECK(ep::gradient_check(ep::initialize<net, double>(ep::seed{1}), x, y, ep::mse) < 1e-7);
}

TEST_CASE("they predict for many samples what they predict for one") {
    const auto at = ep::initialize<net, double>(ep::seed{2});
    xt::xtensor<double, 2> x({11, 20});
    for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<double>(i * 7 % 13) / 6 - 1;
    const auto all = ep::predict(at, x);
    double largest = 0;
    for (std::size_t row = 0; row < 11; ++row) {
        const auto one = ep::predict(at, std::span<const double>(x.data() + 20 * row, 20));
        for (std::size_t i = 0; i < 2; ++i) largest = std::max(largest, std::abs(one(i) - all(row, i)));
    }
    CHECK(largest < 1e-13);
}
