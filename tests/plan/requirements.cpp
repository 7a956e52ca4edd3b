// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/requirements.hpp>
#include <espalier/topology/dsl.hpp>

#include "networks.hpp"

namespace ep = espalier;
namespace layer = espalier::layer;
using namespace ep::symbols;

namespace {

template <class Net>
consteval ep::reads reads_of(Net, ep::symbol of) {
    return ep::gradient_reads<Net>(of);
}

// The mathematics, word for word.
constexpr auto digits = ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>;
using Digits = ep::network_t<digits>;
static_assert(ep::gradient_reads<Digits>(W<1>) == ep::reads{W<2>, delta<2>, z<1>, a<0>});
static_assert(ep::gradient_reads<Digits>(b<1>) == ep::reads{W<2>, delta<2>, z<1>});
static_assert(ep::gradient_reads<Digits>(z<1>) == ep::reads{W<2>, delta<2>, z<1>});
static_assert(ep::gradient_reads<Digits>(delta<1>) == ep::reads{W<2>, delta<2>, z<1>});
static_assert(ep::gradient_reads<Digits>(a<1>) == ep::reads{W<2>, delta<2>});
static_assert(ep::gradient_reads<Digits>(a<0>) == ep::reads{W<1>, delta<1>});
// The last layer's reads its output and the target, through the loss.
static_assert(ep::gradient_reads<Digits>(W<2>) == ep::reads{a<2>, y, a<1>});
static_assert(ep::gradient_reads<Digits>(b<2>) == ep::reads{a<2>, y});
static_assert(ep::gradient_reads<Digits>(a<2>) == ep::reads{a<2>, y});

/// ∇Wˡ of a chain of dense layers whose f depends on z: exactly {Wˡ⁺¹, δˡ⁺¹, zˡ, aˡ⁻¹}; and neither the next weights'
/// gradient nor its own activation, which only ∇Wˡ⁺¹ reads.
template <std::size_t L>
constexpr bool follows_the_mathematics(auto network) {
    using Net = decltype(network);
    constexpr ep::reads found = ep::gradient_reads<Net>(W<L>);
    static_assert(found.contains(W<L + 1>) && found.contains(delta<L + 1>) && found.contains(z<L>) &&
                  found.contains(a<L - 1>));
    static_assert(!found.contains(W_gradient<L + 1>), "∇Wˡ⁺¹ is not read for ∇Wˡ");
    static_assert(!found.contains(a<L>), "aˡ is not read for ∇Wˡ");
    static_assert(!found.contains(W<L>) && !found.contains(delta<L>) && !found.contains(z<L + 1>) &&
                  !found.contains(y));
    static_assert(found == ep::reads{W<L + 1>, delta<L + 1>, z<L>, a<L - 1>});
    static_assert(ep::gradient_reads<Net>(W<L + 1>).contains(a<L>), "aˡ serves ∇Wˡ⁺¹");
    return true;
}

template <class Activation>
constexpr bool chain_follows(Activation) {
    constexpr auto net = ep::input<8> >> ep::repeat<5>(ep::dense<8> >> Activation{}) >> ep::dense<3>;
    using Net = ep::network_t<net>;
    static_assert(ep::gradient_reads<Net>(W<6>) == ep::reads{a<6>, y, a<5>});
    return follows_the_mathematics<1>(net) && follows_the_mathematics<2>(net) && follows_the_mathematics<5>(net);
}
static_assert(chain_follows(ep::relu) && chain_follows(ep::tanh) && chain_follows(ep::sigmoid));
static_assert(chain_follows(ep::silu) && chain_follows(ep::gelu) && chain_follows(ep::mish));
static_assert(chain_follows(ep::elu<>) && chain_follows(ep::softplus) && chain_follows(ep::prelu<>));
static_assert(chain_follows(ep::activation([](auto z) { return z * tanh(softplus(z)); })));

// Where f′ is constant, zˡ is not read.
constexpr auto linear = ep::input<4> >> ep::dense<4> >> ep::identity >> ep::dense<3> >> ep::dense<2>;
static_assert(reads_of(linear, W<1>) == ep::reads{W<2>, delta<2>, a<0>});
static_assert(reads_of(linear, W<2>) == ep::reads{W<3>, delta<3>, a<1>});
static_assert(reads_of(linear, W<3>) == ep::reads{a<3>, y, a<2>});

// A last activation adds its z.
constexpr auto squashed = ep::input<4> >> ep::dense<4> >> ep::tanh >> ep::dense<1> >> ep::sigmoid;
static_assert(reads_of(squashed, W<2>) == ep::reads{a<2>, y, z<2>, a<1>});
static_assert(reads_of(squashed, z<2>) == ep::reads{a<2>, y, z<2>});
static_assert(reads_of(squashed, a<2>) == ep::reads{a<2>, y});

// One layer: the first is the last.
constexpr auto single = ep::input<4> >> ep::dense<3>;
static_assert(reads_of(single, W<1>) == ep::reads{a<1>, y, a<0>});
static_assert(reads_of(single, b<1>) == ep::reads{a<1>, y});

// What is frozen has no gradient; what lies below it still does, through its weights.
constexpr auto thawed = ep::input<4> >> ep::dense<4> >> ep::tanh >> ep::frozen(ep::dense<3>) >> ep::tanh
                        >> ep::dense<2>;
static_assert(reads_of(thawed, W<2>) == ep::reads{} && reads_of(thawed, b<2>) == ep::reads{});
static_assert(reads_of(thawed, W<1>) == ep::reads{W<2>, delta<2>, z<1>, a<0>});
static_assert(reads_of(thawed, W<3>) == ep::reads{a<3>, y, a<2>});

// No bias, no gradient of it.
constexpr auto unbiased = ep::input<4> >> ep::dense<4, ep::no_bias> >> ep::relu >> ep::dense<2>;
static_assert(reads_of(unbiased, b<1>) == ep::reads{} && reads_of(unbiased, b<2>) == ep::reads{a<2>, y});
static_assert(reads_of(unbiased, W<1>) == ep::reads{W<2>, delta<2>, z<1>, a<0>});

using networks::centred;
/// Its input's gradient does not read its output.
struct gated : networks::gated {
    static constexpr layer::reads input_gradient_reads{.input = true, .parameters = true};
};
constexpr auto own = ep::input<4> >> ep::dense<4> >> ep::relu >> centred{} >> ep::tanh >> gated{} >> ep::dense<2>;
static_assert(reads_of(own, W<1>) == ep::reads{delta<2>, z<2>, z<1>, a<0>});
static_assert(reads_of(own, W<2>) == ep::reads{});
static_assert(reads_of(own, z<2>) == ep::reads{W<3>, delta<3>, a<2>, z<2>});
static_assert(reads_of(own, W<3>) == ep::reads{W<4>, delta<4>, a<2>, z<3>});

// Duties.
template <ep::request Wanted = ep::request::parameters, class Net>
constexpr auto duties_of(Net) {
    return ep::duties<Net, Wanted>;
}
constexpr ep::stage_duties nothing{};

// The first layer has no input gradient unless it is asked for.
constexpr auto plain = duties_of(digits);
static_assert(plain[0] == ep::stage_duties{.keep_a = true});
static_assert(plain[1] == ep::stage_duties{.backward = true, .parameter_gradient = true, .keep_a = true});
static_assert(plain[2] == ep::stage_duties{.backward = true, .parameter_gradient = true, .input_gradient = true});

constexpr auto both = duties_of<ep::request::both>(digits);
static_assert(both[0].backward && both[1].input_gradient && both[1].parameter_gradient && both[2].parameter_gradient);

constexpr auto of_input = duties_of<ep::request::input>(digits);
static_assert(of_input[0].backward && of_input[1].input_gradient && of_input[2].input_gradient);
static_assert(!of_input[1].parameter_gradient && !of_input[2].parameter_gradient);
static_assert(!of_input[0].keep_a, "nobody reads x");
static_assert(of_input[1].keep_a, "relu′ reads a¹");

constexpr auto inference = duties_of<ep::request::nothing>(digits);
static_assert(inference[0] == nothing && inference[1] == nothing && inference[2] == nothing);

// Frozen in the middle: δ passes through, no parameter gradient, hence its input is not kept for it.
constexpr auto middle = duties_of(thawed);
static_assert(middle[1].parameter_gradient && !middle[1].input_gradient);
static_assert(!middle[2].parameter_gradient && middle[2].input_gradient && middle[2].backward);
static_assert(middle[1].keep_a, "tanh′ reads a¹");
constexpr auto linear_below = duties_of(ep::input<4> >> ep::dense<4> >> ep::frozen(ep::dense<3>) >> ep::dense<2>);
static_assert(!linear_below[1].keep_a && linear_below[2].keep_a);

// Frozen at the bottom: nothing runs backward there.
constexpr auto bottom = duties_of(ep::input<4> >> ep::frozen(ep::dense<8> >> ep::gelu >> ep::dense<8> >> ep::relu) >>
                                  ep::dense<4> >> ep::tanh >> ep::dense<2>);
static_assert(bottom[0] == nothing && bottom[1] == nothing);
static_assert(bottom[2] == ep::stage_duties{.keep_a = true}, "∇W³ reads a²");
static_assert(bottom[3].backward && bottom[3].parameter_gradient && !bottom[3].input_gradient);
static_assert(bottom[4].input_gradient);
// … unless the input's gradient is wanted.
constexpr auto through =
    duties_of<ep::request::both>(ep::input<4> >> ep::frozen(ep::dense<8> >> ep::gelu) >> ep::dense<2>);
static_assert(through[0].backward && through[1].backward && through[1].input_gradient &&
              !through[1].parameter_gradient);
static_assert(through[1].keep_z && through[1].keep_a, "gelu′ reads z¹, ∇W² reads a¹");

// Everything frozen: nothing at all.
constexpr auto idle = duties_of(ep::input<4> >> ep::frozen(ep::dense<8> >> ep::gelu >> ep::dense<2>));
static_assert(idle[0] == nothing && idle[1] == nothing && idle[2] == nothing);

// A learned slope alone makes its stage run, but not the operation below it.
constexpr auto slope = duties_of(ep::input<4> >> ep::frozen(ep::dense<8>) >> ep::prelu<> >> ep::frozen(ep::dense<2>));
static_assert(slope[1].backward && !slope[1].parameter_gradient && !slope[1].input_gradient && slope[1].keep_z);
static_assert(slope[2].backward && slope[2].input_gradient && !slope[2].parameter_gradient);

// Operations of one's own keep what they declare.
constexpr auto declared = duties_of(own);
static_assert(declared[2].keep_z, "centred reads its output");
static_assert(declared[2].keep_a, "gated reads its input, tanh′ reads a²");
static_assert(declared[1].keep_a, "relu′ reads a¹");
static_assert(declared[3].keep_a && !declared[3].keep_z, "without an f, gated's output is a³");

/// The reads of a gradient, as far as values of the forward pass go, are a function of what is kept: each zˡ and
/// aˡ that gradient_reads names is kept, or stands for one that is, or is the loss's.
template <class Net>
constexpr bool kept_serves_the_mathematics(Net) {
    constexpr auto& all = ep::stages<Net>;
    constexpr auto& duties = ep::duties<Net>;
    bool served = true;
    const auto check = [&](const ep::reads& wanted) {
        for (const ep::symbol& each : wanted) {
            const std::size_t s = each.layer;
            if (each.of == ep::symbol::quantity::activation && s + 1 < all.size()) served = served && duties[s].keep_a;
            if (each.of == ep::symbol::quantity::preactivation)
                served = served &&
                         (duties[s].keep_z || (duties[s].keep_a && (all[s].backward_reads_a || all[s].is_identity)));
        }
    };
    [&]<std::size_t... L>(std::index_sequence<L...>) {
        (check(ep::gradient_reads<Net>(W<L + 1>)), ...);
    }(std::make_index_sequence<ep::stage_count<Net> - 1>{});
    return served;
}
static_assert(kept_serves_the_mathematics(digits) && kept_serves_the_mathematics(squashed));
static_assert(kept_serves_the_mathematics(linear) && kept_serves_the_mathematics(thawed));
static_assert(kept_serves_the_mathematics(own) && kept_serves_the_mathematics(single));
static_assert(kept_serves_the_mathematics(ep::input<4> >> ep::repeat<3>(ep::dense<4> >> ep::mish) >> ep::dense<2>));

}  // namespace

TEST_CASE("requests are sets") {
    CHECK(ep::wants(ep::request::both, ep::request::parameters));
    CHECK(ep::wants(ep::request::both, ep::request::input));
    CHECK_FALSE(ep::wants(ep::request::parameters, ep::request::input));
    CHECK_FALSE(ep::wants(ep::request::nothing, ep::request::parameters));
}
