// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cmath>

#include "step_by_step.hpp"

/// What a gradient needs, both ways: spoil what it is said not to read, and it keeps its bits; spoil what it is said to
/// read, and it changes.
namespace poison_tests {

using namespace step_by_step;
using ep::symbols::a;
using ep::symbols::delta;
using ep::symbols::W;

/// Runs a step up to where ∇Wˡ begins: δˡ⁺¹ is there (for the last layer: its output). Calls `before`, computes
/// δˡ, calls `between`, computes ∇Wˡ.
template <std::size_t L, class Net, class Before, class Between>
auto gradient_of(Before before, Between between) {
    using step_type = training_step<Net>;
    constexpr std::size_t last = step_type::last;
    step_type step;
    ep::unroll<last + 1>([&](auto s) { step.template forward<s>(); });
    if constexpr (L == last) {
        before(step);
        step.loss();
    } else {
        step.loss();
        ep::unroll<last - L - 1>([&](auto i) { step.template backward<last - i>(); });
        before(step);
        step.template backward<L + 1>();
    }
    between(step);
    step.template backward<L>();
    return step.weight_gradient(L);
}

constexpr auto nothing = [](auto&) {};

template <std::size_t L, class Net>
void check_reads() {
    CAPTURE(L);
    constexpr ep::symbol_set read = ep::gradient_reads<Net>(W<L>);
    const auto expected = gradient_of<L, Net>(nothing, nothing);
    REQUIRE(
        std::ranges::all_of(expected, [](std::uint64_t bits) { return std::isfinite(std::bit_cast<double>(bits)); }));
    REQUIRE(expected == gradient_of<L, Net>(nothing, nothing));

    // Everything else: every other parameter, activation, δ, and all gradients.
    CHECK(expected == gradient_of<L, Net>([&](auto& step) { step.spoil_all_but(read); }, nothing));
    // Once δˡ is there, ∇Wˡ = δˡ (aˡ⁻¹)ᵀ reads nothing but these two.
    CHECK(expected == gradient_of<L, Net>(nothing, [](auto& step) { step.spoil_all_but({delta<L>, a<L - 1>}); }));
    CHECK(expected == gradient_of<L, Net>(nothing, [](auto& step) { step.spoil_gradients(); }));

    for (const ep::symbol& each : read) {
        CAPTURE(each.layer);
        CAPTURE(static_cast<int>(each.of));
        CHECK(expected != gradient_of<L, Net>([&](auto& step) { step.spoil(each); }, nothing));
    }
}

/// Between two steps, memory that no live tensor of the plan covers may hold anything.
template <class Net>
void check_between_steps() {
    using step_type = training_step<Net>;
    using plan = typename step_type::plan;
    constexpr std::size_t last = step_type::last;
    const auto run = [](bool spoil) {
        step_type step;
        std::size_t number = 0;
        const auto before_step = [&] {
            if (!spoil) return;
            step.spoil_arena([&](std::size_t i) {
                const std::size_t byte = i * sizeof(double);
                for (std::size_t k = 0; k < plan::arena.count; ++k) {
                    const ep::planned_tensor& each = plan::arena.tensors[k];
                    const bool live = each.first_step < number && number <= each.last_step;
                    if (live && each.offset <= byte && byte < each.offset + each.bytes) return true;
                }
                return false;
            });
        };
        ep::unroll<last + 1>([&](auto s) {
            before_step();
            step.template forward<s>();
            ++number;
        });
        before_step();
        step.loss();
        ++number;
        ep::unroll<last>([&](auto i) {
            before_step();
            step.template backward<last - i>();
            ++number;
        });
        CHECK(number == 2 * (last + 1));
        CHECK(step.is_finite());
        return step.everything();
    };
    CHECK(run(true) == run(false));
}

}  // namespace poison_tests
