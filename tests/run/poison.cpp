// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "step_by_step.hpp"

/// What a gradient needs, both ways: spoil what it is said not to read, and it keeps its bits; spoil what it is said to
/// read, and it changes.
namespace {

using namespace step_by_step;

template <auto Activation>
using three_layers =
    ep::network_t<(ep::input<12> >> ep::dense<7> >> Activation >> ep::dense<5> >> Activation >> ep::dense<3>)>;
using relu_net = three_layers<ep::relu>;
using tanh_net = three_layers<ep::tanh>;
using silu_net = three_layers<ep::silu>;

/// Wider than a register, so that kernels want scratch memory; z and a are both kept.
using wide_net = ep::network_t<(ep::input<35> >> ep::dense<33> >> ep::silu >> ep::dropout<0.25> >> ep::dense<20> >>
                                ep::prelu<> >> ep::frozen(ep::dense<10>) >> ep::tanh)>;

/// Branches: what adds up, what passes on, what is multiplied, what is a function alone.
using branched_net =
    ep::network_t<(ep::input<9> >> ep::dense<6> >> ep::tanh >> ep::residual(ep::dense<6> >> ep::silu >> ep::dense<6>) >>
                   ep::concat(ep::identity, ep::silu, ep::dense<5> >> ep::prelu<>) >>
                   ep::multiply(ep::identity, ep::sigmoid, ep::dense<17>) >> ep::residual(ep::dense<17>) >>
                   ep::add(ep::identity, ep::dense<17> >> ep::dropout<0.5>, ep::tanh) >> ep::dense<4>)>;

using ep::symbols::a;
using ep::symbols::delta;
using ep::symbols::W;
using ep::symbols::y;
using ep::symbols::z;

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
void check() {
    CAPTURE(L);
    constexpr ep::symbol_set read = ep::gradient_reads<Net>(W<L>);
    const auto expected = gradient_of<L, Net>(nothing, nothing);
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

// The common mistake is {W<2>, the gradient of W<2>, a<1>}.
static_assert(ep::gradient_reads<silu_net>(W<1>) == ep::reads{W<2>, delta<2>, z<1>, a<0>});
static_assert(ep::gradient_reads<silu_net>(W<2>) == ep::reads{W<3>, delta<3>, z<2>, a<1>});
static_assert(ep::gradient_reads<silu_net>(W<3>) == ep::reads{a<3>, y, a<2>});
static_assert(ep::gradient_reads<relu_net>(W<2>) == ep::gradient_reads<silu_net>(W<2>));

}  // namespace

TEST_CASE_TEMPLATE("a gradient reads what gradient_reads says and nothing else", Net, relu_net, tanh_net, silu_net) {
    check<1, Net>();
    check<2, Net>();
    check<3, Net>();
}

TEST_CASE("where z is kept, ∇Wˡ does not read aˡ, which serves ∇Wˡ⁺¹ alone") {
    const auto expected = gradient_of<1, silu_net>(nothing, nothing);
    CHECK(expected == gradient_of<1, silu_net>([](auto& step) { step.spoil(a<1>); }, nothing));
    const auto next = [](auto spoiled) {
        training_step<silu_net> step;
        ep::unroll<4>([&](auto s) { step.template forward<s>(); });
        step.loss();
        step.backward<3>();
        spoiled(step);
        step.backward<2>();
        return step.weight_gradient(2);
    };
    CHECK(next(nothing) != next([](auto& step) { step.spoil(a<1>); }));
}

TEST_CASE_TEMPLATE("between two steps, memory that no live tensor of the plan covers may hold anything", Net, relu_net,
                   tanh_net, silu_net, wide_net, branched_net) {
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
        return step.everything();
    };
    CHECK(run(true) == run(false));
}
