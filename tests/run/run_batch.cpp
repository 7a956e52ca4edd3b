// SPDX-License-Identifier: MIT
#include <espalier/run/run_batch.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <espalier/espalier.hpp>

namespace ep = espalier;

namespace {

constexpr auto small = ep::input<4> >> ep::frozen(ep::dense<8>) >> ep::tanh >> ep::dense<16> >> ep::tanh
                       >> ep::dropout<0.25> >> ep::dense<3>;
using net = ep::network_t<small>;
template <std::size_t Batch>
using plan = ep::plan<net, Batch, double>;

constexpr auto wide = ep::input<64> >> ep::dense<64> >> ep::relu >> ep::dense<10>;
constexpr auto normed = ep::input<4> >> ep::dense<32> >> ep::batch_norm<> >> ep::relu >> ep::dense<4>;
template <auto Net>
constexpr std::size_t rows = ep::detail::rows_of_piece<ep::plan<ep::network_t<Net>, 20'000>, float>;

static_assert(ep::detail::rows_of_piece<plan<4'000>, double> > 0);
static_assert(ep::detail::rows_of_piece<plan<256>, double> == 0, "it stays in the cache");
static_assert(rows<wide> == 0, "to add its gradients would cost as much as it saves");
static_assert(rows<normed> == 0, "its rows depend on each other");

}  // namespace

TEST_CASE("a batch in pieces gives the loss and gradient of the whole") {
    constexpr std::size_t batch = 4'000;
    using piece = ep::detail::pass<plan<batch>, double, true>;
    ep::parameters<net, double> at;
    ep::workspace<net, batch, double> memory;
    std::vector<double> x(4 * batch), y(3 * batch);
    std::uint32_t seed = 1;
    const auto next = [&] { return static_cast<double>(seed = seed * 1664525u + 1013904223u) * 0x1p-31 - 1; };
    for (double& each : x) each = next();
    for (double& each : y) each = next();
    for (std::size_t i = 0; i < ep::parameter_tensor_count<net>; ++i)
        for (std::size_t k = 0; k < ep::parameter_tensors<net, double>[i].size; ++k)
            at.data()[ep::parameter_tensors<net, double>[i].offset + k] = next();

    for (const std::size_t count : {batch, batch - 13, std::size_t{700}, std::size_t{5}}) {
        ep::gradients<net, double> whole, pieces;
        const std::size_t frozen = ep::parameter_tensors<net, double>[0].offset;
        pieces.data()[frozen] = 7;
        const piece step{at.data(), x.data(), count, memory.data(), ep::coins{ep::seed{3}, 5}};
        const ep::detail::value_rows<double> targets{y.data()};
        const double a = ep::detail::run_step(step, ep::mse, targets, whole.data());
        const double b = ep::detail::run_batch(step, ep::mse, targets, pieces.data());
        CHECK(b == doctest::Approx(a).epsilon(1e-12));
        CHECK(pieces.data()[frozen] == 7);
        pieces.data()[frozen] = whole.data()[frozen];
        double largest = 0;
        for (std::size_t i = 0; i < whole.size(); ++i)
            largest = std::max(largest, std::abs(whole.data()[i] - pieces.data()[i]));
        CHECK(largest < 1e-13);
    }
}
