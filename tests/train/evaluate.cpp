// SPDX-License-Identifier: MIT
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/train/evaluate.hpp>

#include <doctest/doctest.h>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/train_step.hpp>

namespace ep = espalier;

namespace own {

// Functions of a user's own, for a class that they take after a conversion; argument-dependent lookup finds the
// library's of the same name beside them.
struct model {};
struct linear_model : model {};
int evaluate(const model&, const ep::regression_set<float>&) { return 1; }
int predict(const model&, const ep::coins&) { return 2; }
int predict(double, const ep::regression_set<float>&) { return 3; }
int predict(std::span<const float>, const model&, const ep::coins&) { return 4; }
int value_and_gradient(const model&, const ep::regression_set<float>&) { return 5; }
int value_and_gradient(const model&, int, int, int, int, int, const ep::coins&) { return 6; }
template <class Net>
int value_and_gradients(const ep::parameters<Net>&, std::span<const float>, std::span<const float>) {
    return 7;
}
// For the library's own classes, and vectors, spans or numbers that are converted.
using Net = ep::network_t<(ep::input<3> >> ep::dense<3>)>;
using parameters = ep::parameters<Net>;
using state = ep::optimizer_state<Net, ep::sgd>;
template <class Loss>
int evaluate(const parameters&, std::span<const float>, std::span<const int>, const Loss&) {
    return 8;
}
template <class Loss>
int value_and_gradient(const parameters&, std::span<const float>, std::span<const float>, const Loss&) {
    return 9;
}
int train_step(parameters&, state&, std::span<const float>) { return 10; }
int train_step(parameters&, const std::vector<float>&, double) { return 11; }
int initialize(ep::seed, std::size_t) { return 12; }

}  // namespace own

namespace {

// The output is the input, plus nothing: what the loss and the accuracy are can be said by hand.
constexpr auto copy = ep::input<3> >> ep::dense<3, ep::no_bias>;
using Copy = ep::network_t<copy>;

template <class Scalar>
ep::parameters<Copy, Scalar> identity() {
    ep::parameters<Copy, Scalar> parameters;
    for (std::size_t i = 0; i < 3; ++i) parameters.template weight<1>()(i, i) = 1;
    return parameters;
}

}  // namespace

TEST_CASE_TEMPLATE("accuracy counts rows whose largest output is at their label", Scalar, float, double) {
    for (const std::size_t rows : {1u, 5u, 31u, 64u, 1000u}) {
        auto x = xt::xtensor<Scalar, 2>::from_shape({rows, 3});
        auto y = xt::xtensor<int, 1>::from_shape({rows});
        std::size_t right = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t c = 0; c < 3; ++c) x(row, c) = c == row % 3 ? Scalar(2) : Scalar(-1);
            y(row) = row % 7 == 0 ? static_cast<int>((row + 1) % 3) : static_cast<int>(row % 3);
            right += row % 7 != 0;
        }
        const auto found =
            ep::evaluate(identity<Scalar>(), ep::classification_set<Scalar>(x, y, 3), ep::softmax_cross_entropy);
        CHECK(found.accuracy == static_cast<double>(right) / static_cast<double>(rows));
        const double sum = std::exp(0.0) + 2 * std::exp(-3.0);
        const double wrong = static_cast<double>(rows - right) / static_cast<double>(rows);
        CHECK(found.loss == doctest::Approx(std::log(sum) + 3 * wrong).epsilon(1e-5));
    }
}

TEST_CASE("without labels there is no accuracy") {
    auto x = xt::xtensor<double, 2>::from_shape({2, 3});
    x.fill(1);
    auto y = xt::xtensor<double, 2>::from_shape({2, 3});
    y.fill(3);
    const auto found = ep::evaluate(identity<double>(), ep::regression_set<double>(x, y), ep::mse);
    CHECK(found.loss == 4);
    CHECK(std::isnan(found.accuracy));
}

TEST_CASE("functions of the same names are left alone") {
    own::parameters at;
    std::vector<float> x(3);
    std::vector<int> labels(1);
    std::span<float> view(x);
    own::state state;
    {
        using ep::evaluate, ep::value_and_gradient, ep::train_step, ep::initialize;
        using own::evaluate, own::value_and_gradient, own::train_step, own::initialize;
        CHECK(evaluate(at, x, labels, ep::mse) == 8);
        CHECK(evaluate(at, view, std::span(labels), ep::mse) == 8);
        CHECK(value_and_gradient(at, x, view, ep::mse) == 9);
        CHECK(train_step(at, state, x) == 10);
        CHECK(train_step(at, x, 1) == 11);
        CHECK(initialize(ep::seed{1}, 1) == 12);
    }

    const own::linear_model model;
    const ep::coins coins{ep::seed{1}, 1};
    const ep::regression_set<float> set(xt::xtensor<float, 2>{{1, 2}}, xt::xtensor<float, 2>{{3}});
    using own::predict;
    CHECK(evaluate(model, set) == 1);
    CHECK(predict(model, coins) == 2);
    CHECK(predict(1, set) == 3);
    CHECK(predict(std::vector<float>(2), model, coins) == 4);
    CHECK(value_and_gradient(model, set) == 5);
    CHECK(value_and_gradient(model, 1, 2, 3, 4, 5, coins) == 6);
    using own::value_and_gradients;
    CHECK(value_and_gradients(identity<float>(), std::vector<float>(3), std::vector<float>(3)) == 7);
}
