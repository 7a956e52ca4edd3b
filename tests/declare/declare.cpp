// SPDX-License-Identifier: MIT
#include "network/small.hpp"

#if defined(XSIMD_HPP) || defined(XTENSOR_CONTAINER_HPP) || defined(_GLIBCXX_IOSTREAM)
#error "declare.hpp is for many source files: it includes no header that takes long to compile"
#endif

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

namespace ep = espalier;
using small::Classifier;
using small::Regressor;

namespace {

struct samples {
    std::vector<float> x;
    std::vector<std::int32_t> labels;
    std::vector<float> values;

    explicit samples(std::size_t rows) {
        ep::random_stream stream(ep::seed{3}, "samples");
        for (std::size_t row = 0; row < rows; ++row) {
            for (int i = 0; i < 6; ++i) x.push_back(stream.normal<float>());
            labels.push_back(x[6 * row] > 0 ? 2 : x[6 * row + 1] > 0 ? 1 : 0);
            for (int i = 0; i < 3; ++i) values.push_back(stream.normal<float>());
        }
    }
};

template <class Span>
std::vector<float> copy_of(const Span& values) {
    return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("What one source file compiles gives in another the bits of the library's own functions") {
    const samples given(13);
    const auto at = Classifier::initialize(ep::seed{1});
    CHECK(copy_of(at.flat()) == small::directly::initialize(ep::seed{1}));

    std::vector<float> y(13 * 3);
    Classifier::predict(at, given.x, y);
    CHECK(y == small::directly::predict(at, given.x));

    ep::gradients<small::Net> gradient;
    Classifier::workspace_type memory;
    const auto labels = small::directly::value_and_gradient(at, given.x, given.labels);
    CHECK(Classifier::value_and_gradient(at, given.x, given.labels, gradient, memory) == labels.loss);
    CHECK(copy_of(gradient.flat()) == labels.gradient);

    Regressor::workspace_type smaller;
    const auto values = small::directly::value_and_gradient(at, given.x, given.values);
    CHECK(Regressor::value_and_gradient(at, given.x, given.values, gradient, smaller) == values.loss);
    CHECK(copy_of(gradient.flat()) == values.gradient);
}

TEST_CASE("A compiled network predicts one sample as it predicts many") {
    const samples given(5);
    const auto at = Regressor::initialize(ep::seed{2});
    std::vector<float> all(5 * 3), one(3);
    Regressor::predict(at, given.x, all);
    for (std::size_t row = 0; row < 5; ++row) {
        Regressor::predict(at, std::span(given.x).subspan(6 * row, 6), one);
        for (std::size_t i = 0; i < 3; ++i) CHECK(one[i] == doctest::Approx(all[3 * row + i]).epsilon(1e-5));
    }
}

TEST_CASE("A compiled network trains as a trainer trains it") {
    const samples given(100);
    const ep::adam rule{.learning_rate = 2e-2};
    auto at = Classifier::initialize(ep::seed{1}), directly = at;
    const auto history = Classifier::fit(at, given.x, given.labels, rule, {.epochs = 30, .from = ep::seed{5}});
    CHECK(history.epochs.size() == 30);
    CHECK(history.epochs.back().training_loss < 0.3 * history.epochs.front().training_loss);
    CHECK(history.epochs.back().training_loss == small::directly::fit(directly, given.x, given.labels, rule, 30));
    CHECK(copy_of(at.flat()) == copy_of(directly.flat()));
}

TEST_CASE("A compiled network refuses what does not fit") {
    const samples given(4);
    auto at = Classifier::initialize(ep::seed{1});
    std::vector<float> y(3 * 3);
    CHECK_THROWS_WITH_AS(Classifier::predict(at, given.x, y), "y: expected 4 rows, found 3", std::invalid_argument);
    const std::vector<std::int32_t> wrong{0, 1, 2, 3};
    CHECK_THROWS_AS(Classifier::fit(at, given.x, wrong, ep::adam{}), std::invalid_argument);
    CHECK_THROWS_AS(Classifier::predict(at, std::span(given.x).first(7), y), std::invalid_argument);
}

namespace {

template <class Compiled>
concept TakesLabels = requires(typename Compiled::parameters_type at, std::span<const std::int32_t> labels,
                               typename Compiled::gradients_type gradient, typename Compiled::workspace_type memory) {
    Compiled::value_and_gradient(at, std::span<const float>(), labels, gradient, memory);
};
static_assert(TakesLabels<Classifier>);
static_assert(!TakesLabels<Regressor>);

}  // namespace
