// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/train/gradient_check.hpp>

#include "many_stages.hpp"

namespace ep = espalier;
using many_stages::net;

TEST_CASE("stages that share code predict as those that have their own") {
    const auto one = ep::predict(ep::initialize<net<false>, double>(ep::seed{1}), many_stages::x);
    const auto other = ep::predict(ep::initialize<net<true>, double>(ep::seed{1}), many_stages::x);
    double largest = 0, size = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
        largest = std::max(largest, std::abs(one.data()[i] - other.data()[i]));
        size = std::max(size, std::abs(one.data()[i]));
    }
    CHECK(largest < 1e-14);
    CHECK(size > 0.1);
    CHECK(many_stages::largest_difference_alone(ep::initialize<net<false>, double>(ep::seed{1}), many_stages::x) <
          1e-14);
}

TEST_CASE("their gradients are those of finite differences") {
    const auto few = many_stages::samples(3, 5, 1);
    CHECK(ep::gradient_check(ep::initialize<net<false>, double>(ep::seed{1}), few, many_stages::samples(3, 2, 3),
                             ep::mse, ep::coins{ep::seed{3}, 1}) < 1e-6);
}
