// SPDX-License-Identifier: MIT
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/train/evaluate.hpp>

#include <doctest/doctest.h>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/topology/dsl.hpp>

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
