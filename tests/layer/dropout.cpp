// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <espalier/loss/elementwise.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <vector>

namespace {

namespace ep = espalier;

constexpr std::size_t features = 32;
constexpr std::size_t rows = 256;

/// The mean of the outputs: its gradient shows what dropout does to each element.
constexpr auto sum = ep::loss([](auto prediction, auto target) { return prediction * target; });

template <class Scalar>
std::vector<Scalar> ones(std::size_t count) {
    return std::vector<Scalar>(count, Scalar(1));
}

struct outcome {
    std::vector<double> factors;  // [rows][features]: what each element of x was multiplied by, seen by backward
    double mean;                  // of the outputs, seen by forward
};

/// A network of dropout alone on `count` rows of ones. Powers of two keep the factors exact.
template <class Scalar, class Net>
outcome drop(const ep::coins& tossed, std::size_t count = rows) {
    const ep::parameters<Net, Scalar> none;
    ep::gradients<Net, Scalar> gradient;
    ep::workspace<Net, rows, Scalar, ep::request::both> memory;
    const auto x = ones<Scalar>(count * features);
    auto x_gradient = x;
    std::span to(x_gradient);
    const Scalar mean = ep::value_and_gradients(none, std::span(x), std::span(x), sum, gradient, to, memory, tossed);
    outcome found{{}, static_cast<double>(mean)};
    for (const Scalar each : x_gradient)
        found.factors.push_back(static_cast<double>(each) * static_cast<double>(count * features));
    return found;
}

template <double Probability>
using dropout_alone = ep::network_t<(ep::input<features> >> ep::dropout<Probability>)>;

double kept(const std::vector<double>& factors) {
    double count = 0;
    for (const double each : factors) count += each != 0;
    return count / static_cast<double>(factors.size());
}

/// Whether a share of kept elements is what the probability says, within four standard errors.
bool is_share(double found, double expected, double count = rows * features) {
    return std::abs(found - expected) < 4 * std::sqrt(expected * (1 - expected) / count);
}

}  // namespace

TEST_CASE_TEMPLATE("elements are kept as often as the probability says, and scaled by 1/(1 − p)", Scalar, float,
                   double) {
    const auto check = [](const outcome& found, double probability) {
        CHECK(is_share(kept(found.factors), 1 - probability));
        double largest = 0, mean = 0;
        for (const double each : found.factors) {
            if (each != 0) largest = std::max(largest, std::abs(each - 1 / (1 - probability)));
            mean += each / (rows * features);
        }
        CHECK(largest < 1e-6);
        CHECK(std::abs(found.mean - mean) < 1e-5);  // forward and backward toss the same coins
    };
    check(drop<Scalar, dropout_alone<0.25>>({.from = ep::seed{1}}), 0.25);
    check(drop<Scalar, dropout_alone<0.5>>({.from = ep::seed{1}}), 0.5);
    check(drop<Scalar, dropout_alone<0.9>>({.from = ep::seed{1}}), 0.9);
}

TEST_CASE("every row and every feature has its own coins") {
    const auto factors = drop<float, dropout_alone<0.5>>({.from = ep::seed{2}}).factors;
    double largest = 0, smallest = 1;
    for (std::size_t f = 0; f < features; ++f) {
        double of_feature = 0;
        for (std::size_t r = 0; r < rows; ++r) of_feature += (factors[r * features + f] != 0) / double{rows};
        largest = std::max(largest, of_feature);
        smallest = std::min(smallest, of_feature);
    }
    CHECK(largest < 0.65);
    CHECK(smallest > 0.35);
    double same = 0;
    for (std::size_t i = features; i < rows * features; ++i)
        same += ((factors[i] != 0) == (factors[i - features] != 0)) / static_cast<double>((rows - 1) * features);
    CHECK(is_share(same, 0.5));
}

TEST_CASE("the mask depends on seed and step alone: not on the scalar, nor on how the rows are split") {
    using net = dropout_alone<0.5>;
    const ep::coins tossed{.from = ep::seed{3}, .step = 7};
    const auto whole = drop<double, net>(tossed).factors;
    CHECK(whole == drop<double, net>(tossed).factors);
    CHECK(whole == drop<float, net>(tossed).factors);
    CHECK(whole != drop<double, net>({.from = ep::seed{3}, .step = 8}).factors);
    CHECK(whole != drop<double, net>({.from = ep::seed{4}, .step = 7}).factors);

    // Parts of a power of two, so that the factors stay exact, from rows that are no multiple of a register.
    for (const std::size_t first : {1u, 7u, 16u, 100u}) {
        const auto part = drop<double, net>({.from = ep::seed{3}, .step = 7, .first_row = first}, 64).factors;
        const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(first * features);
        CHECK(part == std::vector(begin, begin + 64 * features));
    }
}

TEST_CASE("two steps, or two layers, toss independent coins") {
    using net = dropout_alone<0.5>;
    const auto one = drop<float, net>({.step = 1}).factors, two = drop<float, net>({.step = 2}).factors;
    double both = 0;
    for (std::size_t i = 0; i < one.size(); ++i) both += (one[i] != 0 && two[i] != 0) / double{rows * features};
    CHECK(is_share(both, 0.25));
    using twice = ep::network_t<(ep::input<features> >> ep::dropout<0.5> >> ep::dropout<0.5>)>;
    CHECK(is_share(kept(drop<float, twice>({}).factors), 0.25));
}

TEST_CASE_TEMPLATE("probability 0 drops nothing", Scalar, float, double) {
    const auto found = drop<Scalar, dropout_alone<0.0>>({.from = ep::seed{1}});
    CHECK(found.factors == std::vector<double>(rows * features, 1.0));
    CHECK(found.mean == 1);
}

TEST_CASE_TEMPLATE("inference drops nothing and scales nothing", Scalar, float, double) {
    using with = ep::network_t<(ep::input<4> >> ep::dropout<0.5> >> ep::dense<5> >> ep::tanh >> ep::dropout<0.9>)>;
    using without = ep::network_t<(ep::input<4> >> ep::dense<5> >> ep::tanh)>;
    const auto dropping = ep::initialize<with, Scalar>(ep::seed{1});
    const auto plain = ep::initialize<without, Scalar>(ep::seed{1});
    xt::xtensor<Scalar, 2> x = xt::ones<Scalar>({7, 4});
    x(3, 2) = Scalar(-2);
    CHECK(ep::predict(dropping, x) == ep::predict(plain, x));
    const xt::xtensor<Scalar, 1> sample = xt::ones<Scalar>({4});
    CHECK(ep::predict(dropping, sample) == ep::predict(plain, sample));
}
