// SPDX-License-Identifier: MIT
#include "poison.hpp"

namespace {

using namespace poison_tests;

template <auto Activation>
using three_layers =
    ep::network_t<(ep::input<12> >> ep::dense<7> >> Activation >> ep::dense<5> >> Activation >> ep::dense<3>)>;
using relu_net = three_layers<ep::relu>;
using tanh_net = three_layers<ep::tanh>;
using silu_net = three_layers<ep::silu>;

using ep::symbols::y;
using ep::symbols::z;

// The common mistake is {W<2>, the gradient of W<2>, a<1>}.
static_assert(ep::gradient_reads<silu_net>(W<1>) == ep::reads{W<2>, delta<2>, z<1>, a<0>});
static_assert(ep::gradient_reads<silu_net>(W<2>) == ep::reads{W<3>, delta<3>, z<2>, a<1>});
static_assert(ep::gradient_reads<silu_net>(W<3>) == ep::reads{a<3>, y, a<2>});
static_assert(ep::gradient_reads<relu_net>(W<2>) == ep::gradient_reads<silu_net>(W<2>));

}  // namespace

TEST_CASE_TEMPLATE("a gradient reads what gradient_reads says and nothing else", Net, relu_net, tanh_net, silu_net) {
    check_reads<1, Net>();
    check_reads<2, Net>();
    check_reads<3, Net>();
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
