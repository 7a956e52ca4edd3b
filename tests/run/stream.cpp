// SPDX-License-Identifier: MIT
#include <espalier/run/stream.hpp>

#include <doctest/doctest.h>

#include "streams.hpp"

using namespace streams;

TEST_CASE_TEMPLATE("convolutions without padding are behind by their windows", Scalar, float, double) {
    using net = ep::network_t<stack>;
    static_assert(ep::stream<net, Scalar>::delay == 6);
    static_assert(ep::stream<net, Scalar>::inputs == 1 && ep::stream<net, Scalar>::outputs == 1);
    check_stream<net, Scalar>();
}

TEST_CASE_TEMPLATE("with padding before they are not, from the first step on", Scalar, float, double) {
    using net = ep::network_t<causal>;
    static_assert(ep::stream<net, Scalar>::delay == 0);
    check_stream<net, Scalar>();
}

TEST_CASE_TEMPLATE("padding is zeros, not what layers without padding give before their first column", Scalar, float,
                   double) {
    using behind = ep::network_t<(ep::input<2, 30> >> ep::conv1d<5, 4> >> ep::tanh >>
                                  ep::conv1d<4, 3, ep::padding<2, 0>> >> ep::relu >> ep::conv1d<3, 2> >>
                                  ep::conv1d<4, 3, ep::padding<6, 0>, ep::dilation<3>> >> ep::conv1d<2, 1>)>;
    static_assert(ep::stream<behind, Scalar>::delay == 4);
    check_stream<behind, Scalar>();
    check_stream<
        ep::network_t<(ep::input<1, 30> >> ep::conv1d<8, 3> >> block<2> >> ep::conv1d<8, 3> >>
                       ep::residual(block<1> >> ep::depthwise_conv1d<3, ep::padding<2, 0>>) >> ep::conv1d<1, 1>)>,
        Scalar>();
}

TEST_CASE("padding of a part of what the kernel reads before") {
    using part = ep::network_t<(ep::input<2, 30> >> ep::conv1d<5, 4, ep::padding<1, 0>> >> ep::tanh >>
                                ep::conv1d<3, 3, ep::padding<3, 0>, ep::dilation<2>> >> ep::conv1d<2, 2>)>;
    static_assert(ep::stream<part>::delay == 4);
    check_stream<part>();
}

TEST_CASE("the length of the window, and where memory lies, are of no meaning to the steps") {
    using longer = ep::network_t<(ep::input<1, 500> >> ep::conv1d<4, 3> >> ep::tanh >> ep::conv1d<1, 3>)>;
    using shorter = ep::network_t<(ep::input<1, 9> >> ep::conv1d<4, 3> >> ep::tanh >> ep::conv1d<1, 3>)>;
    const auto parameters = random_parameters<longer, float>();
    ep::stream live(parameters);
    using placed = ep::stream<shorter, float, ep::storage::in_place<std::byte, ep::stream<shorter>::bytes>>;
    placed second(parameters.data());
    placed copied = second;
    for (std::size_t t = 0; t < 20; ++t) {
        const float x = std::sin(static_cast<float>(t));
        const float y = live.step(x);
        CHECK(y == second.step(x));
        if (t == 10) copied = second;  // a copy goes on from there
        if (t > 10) CHECK(y == copied.step(x));
    }
}

TEST_CASE("an input is forgotten after as many steps as the windows are long") {
    using net = ep::network_t<stack>;
    const auto parameters = random_parameters<net, float>();
    ep::stream live(parameters), other(parameters);
    float before = 0, last = 0;
    for (std::size_t t = 0; t < 12; ++t) {
        const float x = std::cos(static_cast<float>(t));
        before = live.step(t == 5 ? 7.0f : x);
        last = other.step(x);
        if (t == 11) CHECK(before != last);  // the seventh step from there
    }
    CHECK(live.step(1.0f) == doctest::Approx(other.step(1.0f)).epsilon(1e-5));
}

TEST_CASE("after a reset steps go by the parameters as they are then") {
    using net = ep::network_t<(ep::input<2, 20> >> ep::conv1d<4, 3> >> ep::tanh >> ep::depthwise_conv1d<3> >>
                               ep::conv1d<2, 2, ep::groups<2>>)>;
    auto parameters = random_parameters<net, float>();
    ep::stream live(parameters);
    const auto x = random_window<2, 20, float>(5);
    CHECK(difference(live, x, ep::predict(parameters, x)) < 2e-5f);
    for (float& each : parameters.flat()) each = 0.3f - 0.7f * each;
    live.reset();
    CHECK(difference(live, x, ep::predict(parameters, x)) < 2e-5f);
}

TEST_CASE("what is kept may lie in the caller's memory") {
    using net = ep::network_t<causal>;
    constexpr std::size_t bytes = ep::stream<net>::bytes;
    const auto parameters = random_parameters<net, float>();
    alignas(ep::alignment) std::byte memory[bytes];
    std::fill_n(memory, bytes, std::byte{255});
    using storage = ep::storage::view<std::byte, bytes>;
    ep::stream<net, float, storage> live(parameters.data(), storage(memory));
    const auto x = random_window<2, 37, float>(6);
    CHECK(difference(live, x, ep::predict(parameters, x)) < 2e-5f);
}
