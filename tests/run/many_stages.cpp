// SPDX-License-Identifier: MIT
// In a network of many stages those that are alike run on one code. With functions that differ, by what rounding takes
// away again, each runs on its own, and must give the same numbers.
#include <doctest/doctest.h>

#include <espalier/train/adam.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/train_step.hpp>

#include "many_stages.hpp"

namespace ep = espalier;
using many_stages::net;

namespace {

/// Three steps, of a rule that moves each layer right after its gradient, or after all.
template <bool Apart, class Rule>
std::vector<double> trained(const Rule& rule, double clip_norm) {
    using Net = net<Apart>;
    auto at = ep::initialize<Net, double>(ep::seed{1});
    ep::gradients<Net, double> gradient;
    ep::optimizer_state<Net, Rule, double> state;
    ep::workspace<Net, 16, double> memory;
    for (int i = 0; i < 3; ++i)
        ep::train_step(at, many_stages::x, many_stages::y, ep::mse, rule, state, gradient, memory,
                       {.clip_norm = clip_norm, .from = ep::seed{2}});
    return {at.flat().begin(), at.flat().end()};
}

template <class Rule>
double largest_difference(const Rule& rule, double clip_norm) {
    const auto one = trained<false>(rule, clip_norm), other = trained<true>(rule, clip_norm);
    REQUIRE(one.size() == other.size());
    double largest = 0;
    for (std::size_t i = 0; i < one.size(); ++i) largest = std::max(largest, std::abs(one[i] - other[i]));
    return largest;
}

}  // namespace

TEST_CASE("stages that share code train as those that have their own") {
    CHECK(largest_difference(ep::sgd{.learning_rate = 0.1}, 0) < 1e-14);
    CHECK(largest_difference(ep::adam{}, 0.5) < 1e-12);
    CHECK(trained<false>(ep::sgd{.learning_rate = 0.1}, 0) != trained<false>(ep::sgd{.learning_rate = 0.2}, 0));
}
