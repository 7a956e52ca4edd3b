// SPDX-License-Identifier: MIT
#include <espalier/run/predict.hpp>

#include "network_vectors.hpp"
#include "step_by_step.hpp"

/// Networks with branches: against PyTorch (tests/reference/branches.py), and what their gradients read, both ways.
namespace {

namespace ep = espalier;
using network_vectors::largest_difference;
using network_vectors::rounded;
using network_vectors::values_of;
using step_by_step::training_step;

constexpr auto branched = ep::input<5> >> ep::dense<6> >> ep::tanh >>
                          ep::residual(ep::dense<6> >> ep::silu >> ep::dense<6>) >> ep::silu
                          >> ep::residual(ep::dense<4> >> ep::sigmoid, ep::dense<4>) >> ep::tanh
                          >> ep::concat(ep::identity, ep::dense<3> >> ep::softplus) >>
                          ep::multiply(ep::identity, ep::dense<7> >> ep::sigmoid) >> ep::dense<2>;
using Net = ep::network_t<branched>;

using ep::symbols::a;
using ep::symbols::delta;
using ep::symbols::W;

/// The reader of aˡ whose step comes first on the way back.
constexpr std::size_t first_reader(std::size_t l) {
    std::size_t c = ep::stage_count<Net>;
    while (c-- > 0)
        for (std::size_t i = 0; i < ep::stages<Net>[c].source_count; ++i)
            if (ep::stages<Net>[c].sources[i] == l) return c;
    return c;
}

/// What is read from that step on until ∇Wˡ is there: what the deltas of the other readers read counts as well.
template <std::size_t L>
constexpr ep::symbol_set read_for() {
    constexpr std::size_t first = first_reader(L);
    ep::symbol_set set = ep::gradient_reads<Net>(W<L>);
    ep::for_each_index<first - L>([&](auto i) {
        constexpr std::size_t reader = first - i;
        if (!set.contains(delta<reader>) || reader == first) return;
        for (const ep::symbol& each : ep::gradient_reads<Net>(delta<reader>)) set.insert(each);
    });
    return set;
}

template <std::size_t L, class Before>
auto gradient_of(Before before) {
    using step_type = training_step<Net>;
    constexpr std::size_t last = step_type::last;
    step_type step;
    ep::for_each_index<last + 1>([&](auto s) { step.template forward<s>(); });
    step.loss();
    ep::for_each_index<last + 1 - L>([&](auto i) {
        constexpr std::size_t s = last - i;
        if (s == first_reader(L)) before(step);
        step.template backward<s>();
    });
    return step.weight_gradient(L);
}

template <std::size_t L>
void check_reads() {
    CAPTURE(L);
    constexpr ep::symbol_set read = read_for<L>();
    const auto expected = gradient_of<L>([](auto&) {});
    REQUIRE(expected == gradient_of<L>([](auto&) {}));
    CHECK(expected == gradient_of<L>([&](auto& step) { step.spoil_all_but(read); }));
    for (const ep::symbol& each : ep::gradient_reads<Net>(W<L>)) {
        // The δ of other readers is not there yet.
        if (each.of == ep::symbol::quantity::delta && each.layer != first_reader(L)) continue;
        CAPTURE(each.layer);
        CAPTURE(static_cast<int>(each.of));
        CHECK(expected != gradient_of<L>([&](auto& step) { step.spoil(each); }));
    }
}

}  // namespace

TEST_CASE_TEMPLATE("predictions, loss and gradients of a branched network are PyTorch's", Scalar, float, double) {
    constexpr std::size_t rows = 11;
    constexpr double rounding = sizeof(Scalar) == sizeof(float) ? 2e-6 : 1e-14;
    ep::parameters<Net, Scalar> parameters;
    network_vectors::with_gaps<Net>(values_of<1>("branches_parameters"), parameters.data());
    const auto x = rounded<Scalar>(values_of<2>("branches_x")), y = rounded<Scalar>(values_of<2>("branches_y"));
    ep::gradients<Net, Scalar> gradient;
    ep::workspace<Net, rows, Scalar, ep::request::both> memory;
    std::vector<Scalar> x_gradient(x.size());
    std::span to(x_gradient);
    const Scalar loss = ep::value_and_gradients(parameters, std::span(x), std::span(y), ep::mse, gradient, to, memory);
    CHECK(largest_difference<Scalar>(std::array{loss}, values_of<1>("branches_loss")) < rounding);
    CHECK(largest_difference<Scalar>(network_vectors::without_gaps<Net>(gradient.data()),
                                     values_of<1>("branches_gradient")) < rounding);
    CHECK(largest_difference<Scalar>(x_gradient, values_of<2>("branches_x_gradient")) < rounding);
    const auto expected = values_of<2>("branches_predictions");
    for (std::size_t row = 0; row < rows; ++row) {
        const auto found = ep::predict(parameters, std::span(x).subspan(row * 5, 5));
        CHECK(largest_difference<Scalar>(std::span<const Scalar>(found.data(), 2),
                                         std::span(expected).subspan(row * 2, 2)) < 10 * rounding);
    }
}

TEST_CASE("a gradient reads what gradient_reads says and nothing else, over all readers of a branch") {
    // Stages: 1 dense, 2 and 3 the first block, 4 and 5 the second, 6 in the concatenation 7, 8 in the product 9, 10.
    static_assert(ep::stage_count<Net> == 11);
    static_assert(ep::gradient_reads<Net>(W<1>).contains(delta<2>) && ep::gradient_reads<Net>(W<1>).contains(delta<3>));
    static_assert(ep::gradient_reads<Net>(W<8>).contains(a<7>) && !ep::gradient_reads<Net>(W<8>).contains(a<8>));
    check_reads<1>();
    check_reads<2>();
    check_reads<3>();
    check_reads<4>();
    check_reads<5>();
    check_reads<6>();
    check_reads<8>();
}
