// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/loss/elementwise.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/gradient_check.hpp>

#include "many_stages.hpp"

namespace ep = espalier;

TEST_CASE("blocks of convolutions and frozen layers share code, with the right gradients") {
    constexpr auto block = ep::residual(ep::conv2d<2, 3, ep::same> >> ep::batch_norm<> >> ep::silu >>
                                        ep::conv2d<2, 3, ep::same, ep::no_bias> >> ep::batch_norm<>) >>
                           ep::silu;
    constexpr auto images = ep::input<1, 3, 4> >> ep::conv2d<2, 1> >> ep::silu >> block >> block >> block >> block >>
                            ep::frozen(block) >> ep::frozen(block) >> block >> ep::flatten >> ep::dense<2>;
    using Images = ep::network_t<images>;
    constexpr auto& alike = ep::detail::stage_kinds<ep::plan<Images, 16, double, ep::request::both>>::repeats;
    static_assert(std::count(alike.begin(), alike.end(), true) >= 4);
    const auto few = many_stages::samples(4, 12, 1);
    const double error =
        ep::gradient_check(ep::initialize<Images, double>(ep::seed{1}), few, many_stages::samples(4, 2, 3), ep::mse);
    CHECK(error < 1e-6);
    CHECK(many_stages::largest_difference_alone(ep::initialize<Images, double>(ep::seed{1}), few) < 1e-13);
}
