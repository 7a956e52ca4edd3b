// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/parameters.hpp>
#include <espalier/topology/dsl.hpp>

namespace ep = espalier;
namespace layer = espalier::layer;

namespace {

/// Offsets and sizes in the flat vector, with its end: sizes are numel() of PyTorch's parameters() in their order,
/// offsets are their sums with each tensor rounded up to a cache line.
template <class Scalar, std::size_t Tensors>
constexpr bool lies(auto network, const std::size_t (&sizes)[Tensors], const std::size_t (&offsets)[Tensors + 1]) {
    using Net = decltype(network);
    static_assert(ep::parameter_tensor_count<Net> == Tensors);
    for (std::size_t i = 0; i < Tensors; ++i)
        if (ep::parameter_tensors<Net, Scalar>[i].size != sizes[i] ||
            ep::parameter_tensors<Net, Scalar>[i].offset != offsets[i])
            return false;
    return ep::parameter_size<Net, Scalar> == offsets[Tensors];
}

constexpr auto digits = ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>;
static_assert(ep::parameter_count<ep::network_t<digits>> == 9610);
static_assert(lies<float>(digits, {8192, 128, 1280, 10}, {0, 8192, 8320, 9600, 9616}));
static_assert(lies<double>(digits, {8192, 128, 1280, 10}, {0, 8192, 8320, 9600, 9616}));

constexpr auto wide = ep::input<784> >> ep::dense<512> >> ep::relu >> ep::dense<256> >> ep::relu >> ep::dense<10>;
static_assert(ep::parameter_count<ep::network_t<wide>> == 535818);
static_assert(lies<float>(wide, {401408, 512, 131072, 256, 2560, 10},
                          {0, 401408, 401920, 532992, 533248, 535808, 535824}));

constexpr auto narrow = ep::input<4> >> ep::repeat<2>(ep::dense<32> >> ep::tanh) >> ep::dense<1>;
static_assert(ep::parameter_count<ep::network_t<narrow>> == 1249);
static_assert(lies<float>(narrow, {128, 32, 1024, 32, 32, 1}, {0, 128, 160, 1184, 1216, 1248, 1264}));
static_assert(lies<double>(narrow, {128, 32, 1024, 32, 32, 1}, {0, 128, 160, 1184, 1216, 1248, 1256}));

constexpr auto odd = ep::input<3> >> ep::dense<5> >> ep::tanh >> ep::dense<7> >> ep::tanh >> ep::dense<2>;
static_assert(ep::parameter_count<ep::network_t<odd>> == 78);
static_assert(lies<float>(odd, {15, 5, 35, 7, 14, 2}, {0, 16, 32, 80, 96, 112, 128}));
static_assert(lies<double>(odd, {15, 5, 35, 7, 14, 2}, {0, 16, 24, 64, 72, 88, 96}));

constexpr auto unbiased = ep::input<3> >> ep::dense<5, ep::no_bias> >> ep::tanh >> ep::dense<7, ep::no_bias> >>
                          ep::tanh >> ep::dense<2, ep::no_bias>;
static_assert(ep::parameter_count<ep::network_t<unbiased>> == 64);
static_assert(lies<float>(unbiased, {15, 35, 14}, {0, 16, 64, 80}));
static_assert(lies<double>(unbiased, {15, 35, 14}, {0, 16, 56, 72}));

// 12-7-5-3 with a learned slope after each hidden layer: W1, b1, slope1, … as in tests/reference/README.md.
constexpr auto sloped = ep::input<12> >> ep::dense<7> >> ep::prelu<> >> ep::dense<5> >> ep::prelu<> >> ep::dense<3>;
static_assert(ep::parameter_count<ep::network_t<sloped>> == 151);
static_assert(lies<double>(sloped, {84, 7, 1, 35, 5, 1, 15, 3}, {0, 88, 96, 104, 144, 152, 160, 176, 184}));

// Networks without parameters.
static_assert(ep::parameter_count<ep::network_t<(ep::input<4> >> ep::relu)>> == 0);
static_assert(ep::parameter_size<ep::network_t<(ep::input<4> >> ep::relu)>, float> == 0);

// Each tensor knows what it is.
using Parts = ep::network_t<(ep::input<2, 3> >> ep::flatten >> ep::frozen(ep::dense<4>) >> ep::prelu<0.1> >>
                             ep::dense<2, ep::initializers::orthogonal>)>;
constexpr auto& parts = ep::parameter_tensors<Parts, float>;
static_assert(ep::parameter_tensor_count<Parts> == 5);
static_assert(parts[0].what.name == "weight" && parts[0].what.shape == ep::extents(ep::shape<4, 6>{}));
static_assert(parts[0].layer == 2 && parts[0].stage == 1 && parts[0].position == 0 && !parts[0].trains);
static_assert(parts[0].what.fan_in == 6 && parts[0].what.fan_out == 4);
static_assert(parts[1].what.name == "bias" && parts[1].position == 1 && !parts[1].trains);
static_assert(parts[1].what.start == ep::initializers::zeros);
static_assert(parts[2].what.name == "parameter" && parts[2].layer == 3 && parts[2].stage == 1 && parts[2].trains);
static_assert(parts[2].what.start == ep::initializers::constant(0.1));
static_assert(parts[3].layer == 4 && parts[3].stage == 2 && parts[3].trains);
static_assert(parts[3].what.start == ep::initializers::orthogonal, "what the user says counts");
static_assert(ep::first_parameter_tensor<Parts>(0) == 0 && ep::first_parameter_tensor<Parts>(2) == 0);
static_assert(ep::first_parameter_tensor<Parts>(3) == 2 && ep::first_parameter_tensor<Parts>(4) == 3);

// The default follows the activation behind the weights, views between them or not.
template <class Net>
constexpr ep::initializer default_of(Net) {
    return ep::parameter_tensors<Net, float>[0].what.start;
}
static_assert(default_of(digits) == ep::initializers::he_normal);
static_assert(default_of(narrow) == ep::initializers::glorot_uniform);
static_assert(default_of(ep::input<4> >> ep::dense<4> >> ep::selu >> ep::dense<2>) == ep::initializers::lecun_normal);
static_assert(default_of(ep::input<4> >> ep::dense<4> >> ep::reshape<2, 2> >> ep::relu) == ep::initializers::he_normal);
static_assert(default_of(ep::input<4> >> ep::frozen(ep::dense<4> >> ep::relu)) == ep::initializers::he_normal);
static_assert(default_of(ep::input<4> >> ep::dense<4>) == ep::initializers::glorot_uniform);
static_assert(default_of(ep::input<4> >> ep::dense<4> >> ep::dropout<0.5> >> ep::relu) == ep::initializers::he_normal);
static_assert(default_of(ep::input<4> >> ep::dense<4> >> ep::sigmoid >> ep::selu >> ep::relu) ==
              ep::initializers::lecun_normal);
static_assert(default_of(ep::input<4> >> ep::dense<4> >> ep::dropout<0.5> >> ep::dense<4> >> ep::relu) ==
              ep::initializers::glorot_uniform);
static_assert(default_of(ep::input<4> >> ep::dense<4, ep::initializers::zeros> >> ep::relu) == ep::initializers::zeros);

}  // namespace

TEST_CASE_TEMPLATE("tensors start on cache lines, in order, without overlap", Scalar, float, double) {
    const auto check = [](auto network) {
        using Net = decltype(network);
        std::size_t end = 0;
        std::size_t sum = 0;
        for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
            const ep::parameter_tensor& each = ep::parameter_tensors<Net, Scalar>[i];
            CHECK(each.offset * sizeof(Scalar) % ep::alignment == 0);
            CHECK(each.offset >= end);
            CHECK(each.offset < end + ep::alignment / sizeof(Scalar));
            CHECK(each.size == each.what.shape.size());
            end = each.offset + each.size;
            sum += each.size;
        }
        CHECK(sum == ep::parameter_count<Net>);
        CHECK(ep::parameter_size<Net, Scalar> * sizeof(Scalar) % ep::alignment == 0);
    };
    check(digits);
    check(odd);
    check(unbiased);
    check(sloped);
    check(Parts{});
}
