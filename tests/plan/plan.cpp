// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/plan.hpp>

#include "networks.hpp"

namespace ep = espalier;
namespace layer = espalier::layer;
using namespace ep::symbols;

namespace {

template <std::size_t Batch = 64, class Scalar = float, ep::request Wanted = ep::request::parameters, class Net>
constexpr auto plan_of(Net) {
    return ep::plan<Net, Batch, Scalar, Wanted>{};
}
template <class Net>
constexpr ep::tensors stored(Net net) {
    return plan_of(net).stored;
}

// What is kept: aˡ serves ∇Wˡ⁺¹, and f′ is read off it where f allows.
using Digits = ep::network_t<networks::digits>;
static_assert(ep::plan<Digits, 64>::stored == ep::tensors{a<1>});
static_assert(ep::plan<Digits, 64>::stored_bytes == 64 * 128 * sizeof(float));
static_assert(ep::plan<Digits, 64, double>::stored_bytes == 64 * 128 * sizeof(double));
static_assert(ep::plan<Digits, 64>::bytes <= 128 * 1024);
static_assert(ep::plan<Digits, 64>::stage_count == 3 && ep::plan<Digits, 64>::batch == 64);

// Only a, or z and a, for each activation.
constexpr auto two(auto activation) {
    return ep::input<8> >> ep::dense<8> >> activation >> ep::dense<8> >> activation >> ep::dense<2>;
}
constexpr ep::tensors only_a{a<1>, a<2>};
constexpr ep::tensors z_and_a{z<1>, a<1>, z<2>, a<2>};
static_assert(stored(two(ep::identity)) == only_a);
static_assert(stored(two(ep::relu)) == only_a);
static_assert(stored(two(ep::leaky_relu<>)) == only_a);
static_assert(stored(two(ep::elu<>)) == only_a);
static_assert(stored(two(ep::selu)) == only_a);
static_assert(stored(two(ep::sigmoid)) == only_a);
static_assert(stored(two(ep::tanh)) == only_a);
static_assert(stored(two(ep::softplus)) == only_a);
static_assert(stored(two(ep::hard_sigmoid)) == only_a);
static_assert(stored(two(ep::silu)) == z_and_a);
static_assert(stored(two(ep::gelu)) == z_and_a);
static_assert(stored(two(ep::gelu_tanh)) == z_and_a);
static_assert(stored(two(ep::mish)) == z_and_a);
static_assert(stored(two(ep::hard_swish)) == z_and_a);
static_assert(stored(two(ep::prelu<>)) == z_and_a);

// Dropout stores nothing of its own: its coins are tossed again.
static_assert(stored(two(ep::relu >> ep::dropout<0.5>)) == only_a);
static_assert(stored(two(ep::dropout<0.5> >> ep::relu)) == only_a);
static_assert(stored(two(ep::dropout<0.5>)) == only_a);
static_assert(stored(two(ep::gelu >> ep::dropout<0.5>)) == z_and_a);

// A last activation.
static_assert(stored(ep::input<8> >> ep::dense<4> >> ep::tanh >> ep::dense<1> >> ep::sigmoid) ==
              ep::tensors{a<1>, a<2>});
static_assert(stored(ep::input<8> >> ep::dense<4> >> ep::tanh >> ep::dense<1> >> ep::gelu) == ep::tensors{a<1>, z<2>});

// The input is the caller's; what dropout makes of it is the plan's.
static_assert(stored(ep::input<8> >> ep::dense<4>) == ep::tensors{});
static_assert(stored(ep::input<8> >> ep::flatten >> ep::dense<4>) == ep::tensors{});
static_assert(stored(ep::input<8> >> ep::dropout<0.2> >> ep::dense<4>) == ep::tensors{a<0>});

// Frozen layers keep nothing that nobody reads.
static_assert(stored(ep::input<8> >> ep::frozen(ep::dense<8> >> ep::gelu >> ep::dense<8> >> ep::relu) >>
                     ep::dense<4>) == ep::tensors{a<2>});
static_assert(stored(ep::input<8> >> ep::dense<8> >> ep::frozen(ep::dense<8>) >> ep::dense<4>) == ep::tensors{a<2>});
static_assert(stored(ep::input<8> >> ep::dense<8> >> ep::gelu >> ep::frozen(ep::dense<8>) >> ep::dense<4>) ==
              ep::tensors{z<1>, a<2>});
static_assert(stored(ep::input<8> >> ep::frozen(ep::dense<8> >> ep::gelu >> ep::dense<8>)) == ep::tensors{});

// Operations of one's own: what they declare.
static_assert(stored(ep::input<6> >> ep::dense<6> >> ep::relu >> networks::centred{} >> ep::gelu >> ep::dense<2>) ==
              ep::tensors{a<1>, z<2>, a<2>});
static_assert(stored(ep::input<6> >> ep::dense<6> >> networks::centred{} >> ep::dense<2>) == ep::tensors{a<2>});
static_assert(stored(ep::input<6> >> ep::dense<6> >> networks::centred{}) == ep::tensors{a<2>});

// What is wanted decides.
using enum ep::request;
static_assert(plan_of<64, float, nothing>(two(ep::gelu)).stored == ep::tensors{});
static_assert(plan_of<64, float, nothing>(two(ep::gelu)).stored_bytes == 0);
static_assert(plan_of<64, float, input>(two(ep::gelu)).stored == ep::tensors{z<1>, z<2>}, "no ∇W reads a");
static_assert(plan_of<64, float, input>(two(ep::relu)).stored == only_a);
static_assert(plan_of<64, float, input>(two(ep::identity)).stored == ep::tensors{});
static_assert(plan_of<64, float, both>(two(ep::gelu)).stored == z_and_a);
static_assert(plan_of<64, float, nothing>(two(ep::gelu)).bytes < plan_of(two(ep::gelu)).bytes);
static_assert(plan_of<64, float, both>(networks::digits).bytes > plan_of(networks::digits).bytes);

// Inference needs two neighbouring activations at a time, however deep.
constexpr auto deep_inference = plan_of<64, float, nothing>(ep::input<32> >> ep::repeat<20>(ep::dense<32> >> ep::relu));
static_assert(deep_inference.bytes == 2 * 64 * 32 * sizeof(float));

// Batches are rounded up to blocks.
static_assert(ep::plan<Digits, 1>::lanes == ep::block_lanes<float>);
static_assert(ep::plan<Digits, ep::block_lanes<float> + 1>::lanes == 2 * ep::block_lanes<float>);
static_assert(ep::plan<Digits, 64, double>::lanes % ep::block_lanes<double> == 0);

// Nested and flat networks have one plan.
using Nested = ep::network<layer::input<64>, ep::network<layer::dense<128>, layer::relu>, layer::dense<10>>;
static_assert(std::is_same_v<ep::plan<Nested, 64>::net, Digits>);
static_assert(ep::plan<Nested, 64>::bytes == ep::plan<Digits, 64>::bytes);

// 128 layers: planning stays linear enough to be a constant on both compilers.
constexpr auto deep = plan_of<32>(ep::input<16> >> ep::repeat<64>(ep::dense<16> >> ep::tanh));
static_assert(deep.stage_count == 65 && deep.stored.size() == 64);
static_assert(deep.stored_bytes == 64 * 32 * 16 * sizeof(float));
static_assert(deep.stored.contains(a<1>) && deep.stored.contains(a<64>) && !deep.stored.contains(z<1>));

// Stored bytes are never more than what PyTorch saves for the same network and batch: column bytes_hidden_only of
// tests/reference/saved_tensors.csv, which tests/reference/saved_tensors.py measured.
constexpr auto wide = ep::input<784> >> ep::dense<512> >> ep::relu >> ep::dense<256> >> ep::relu >> ep::dense<10>;
constexpr auto wide_dropout = ep::input<784> >> ep::dense<512> >> ep::relu >> ep::dropout<0.5> >> ep::dense<256> >>
                              ep::relu >> ep::dropout<0.5> >> ep::dense<10>;
constexpr auto narrow = ep::input<4> >> ep::repeat<2>(ep::dense<32> >> ep::tanh) >> ep::dense<1>;
static_assert(plan_of<64>(networks::digits).stored_bytes <= 32768);
static_assert(plan_of<64>(ep::input<784> >> ep::dense<128> >> ep::relu >> ep::dense<10>).stored_bytes <= 32768);
static_assert(plan_of<128>(wide).stored_bytes <= 393216);
static_assert(plan_of<128>(wide_dropout).stored_bytes <= 1179648);
static_assert(plan_of<64>(narrow).stored_bytes <= 16384);

constexpr std::size_t four(auto activation) {
    return plan_of<256>(ep::input<64> >> ep::repeat<3>(ep::dense<64> >> activation) >> ep::dense<4>).stored_bytes;
}
static_assert(four(ep::tanh) <= 196608);
static_assert(four(ep::relu) <= 196608);
static_assert(four(ep::leaky_relu<>) <= 393216);
static_assert(four(ep::elu<>) <= 393216);
static_assert(four(ep::selu) <= 393216);
static_assert(four(ep::sigmoid) <= 196608);
static_assert(four(ep::softplus) <= 393216);
static_assert(four(ep::silu) <= 393216);
static_assert(four(ep::gelu) <= 393216);
static_assert(four(ep::gelu_tanh) <= 393216);
static_assert(four(ep::mish) <= 393216);
static_assert(four(ep::hard_sigmoid) <= 393216);
static_assert(four(ep::hard_swish) <= 393216);

// Where PyTorch keeps z and a but a alone tells f′, half is enough; and a third where it keeps dropout's mask, too.
static_assert(four(ep::leaky_relu<>) == 196608 && four(ep::elu<>) == 196608 && four(ep::softplus) == 196608);
static_assert(plan_of<128>(wide_dropout).stored_bytes * 3 == 1179648);

// All that a training step of LeNet-5 holds is less than what PyTorch saves for backward: bench/README.md has the
// figure, LibTorch's tensors counted by bench/convolution_libtorch.cpp.
constexpr auto lenet = ep::input<1, 28, 28> >> ep::conv2d<6, 5> >> ep::relu >> ep::max_pool<2> >> ep::conv2d<16, 5> >>
                       ep::relu >> ep::max_pool<2> >> ep::flatten >> ep::dense<120> >> ep::relu >> ep::dense<84> >>
                       ep::relu >> ep::dense<10>;
static_assert(plan_of<128>(lenet).bytes < 4'123'648);

}  // namespace

TEST_CASE("the stored set and the duties are the same fact") {
    networks::for_each([](auto network) {
        using planned = ep::plan<decltype(network), 64>;
        for (std::size_t s = 1; s < planned::stage_count; ++s) {
            CHECK(planned::stored.contains({ep::symbol::quantity::preactivation, s}) == planned::duties[s].keep_z);
            CHECK(planned::stored.contains({ep::symbol::quantity::activation, s}) == planned::duties[s].keep_a);
        }
    });
}

TEST_CASE("stored bytes are those of the stored tensors, and lie in the arena") {
    networks::for_each([](auto network) {
        using planned = ep::plan<decltype(network), 64, double>;
        std::size_t sum = 0;
        for (const ep::symbol& each : planned::stored)
            sum += planned::stages[each.layer].outputs * planned::lanes * sizeof(double);
        CHECK(sum == planned::stored_bytes);
        CHECK(sum <= planned::bytes);
    });
}

TEST_CASE("what is kept lives until a gradient has read it") {
    networks::for_each([](auto network) {
        using planned = ep::plan<decltype(network), 64, float, ep::request::both>;
        for (std::size_t i = 0; i < planned::arena.count; ++i) {
            const ep::planned_tensor& each = planned::arena.tensors[i];
            if (each.kept) CHECK(each.last_step >= planned::stage_count);  // the loss, or later
        }
        if (planned::duties[0].backward)
            CHECK(planned::arena.tensors[planned::arena.delta[0]].last_step == 2 * planned::stage_count);
    });
}
