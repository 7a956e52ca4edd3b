// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <array>
#include <vector>

#include <algorithm>
#include <cmath>
#include <espalier/run/predict.hpp>
#include <espalier/topology/dsl.hpp>
#include <limits>
#include <xtensor/xview.hpp>

#include "network_vectors.hpp"

namespace ep = espalier;

namespace {

using ep::shape_error;

using pictures =
    ep::network_t<(ep::input<2, 3> >> ep::flatten >> ep::dense<5> >> ep::tanh >> ep::dense<4> >> ep::reshape<2, 2>)>;

template <class Scalar, auto Activation>
void check_against_pytorch(std::size_t number) {
    using net = ep::network_t<network_vectors::between<Activation>>;
    constexpr std::size_t rows = network_vectors::rows, outputs = network_vectors::outputs;
    const auto expected = network_vectors::expectation::of<1>("network");
    ep::parameters<net, Scalar> parameters;
    network_vectors::with_gaps<net>(expected.parameters, parameters.data());
    const std::vector<double> given = network_vectors::values_of<2>("network_x");
    xt::xtensor<Scalar, 2> x({rows, network_vectors::inputs});
    std::transform(given.begin(), given.end(), x.begin(), [](double each) { return static_cast<Scalar>(each); });
    const std::span wanted(&expected.predictions[number * rows * outputs], rows * outputs);

    const auto many = ep::predict(parameters, x);
    CHECK(network_vectors::largest_difference<Scalar>({many.data(), many.size()}, wanted) <
          network_vectors::tolerance<Scalar>);
    for (std::size_t row = 0; row < rows; ++row) {
        const xt::xtensor<Scalar, 1> sample = xt::view(x, row);
        const auto one = ep::predict(parameters, sample);
        CHECK(network_vectors::largest_difference<Scalar>(
                  {one.data(), outputs}, wanted.subspan(row * outputs, outputs)) < network_vectors::tolerance<Scalar>);
    }
}

}  // namespace

TEST_CASE_TEMPLATE("predictions are PyTorch's, for many samples and for one", Scalar, float, double) {
    check_against_pytorch<Scalar, ep::relu>(1);
    check_against_pytorch<Scalar, ep::silu>(8);
}

TEST_CASE("what comes back has the output's shape") {
    const auto parameters = ep::initialize<pictures>(ep::seed{1});
    const xt::xtensor<float, 2> sample = xt::ones<float>({2, 3});
    const auto one = ep::predict(parameters, sample);
    static_assert(std::is_same_v<std::remove_const_t<decltype(one)>, xt::xtensor_fixed<float, xt::xshape<2, 2>>>);
    const xt::xtensor<float, 1> flat = xt::ones<float>({6});
    CHECK(ep::predict(parameters, flat) == one);
    CHECK(ep::predict<pictures>(parameters, flat) == one);

    const xt::xtensor<float, 3> many = xt::ones<float>({3, 2, 3});
    const auto scores = ep::predict(parameters, many);
    CHECK(scores.shape()[0] == 3);
    CHECK(scores.shape()[1] == 4);
    CHECK(std::abs(scores(2, 3) - one(1, 1)) < 1e-6f);
    const xt::xtensor<float, 3> none = xt::ones<float>({0, 2, 3});
    CHECK(ep::predict(parameters, none).shape()[0] == 0);
}

TEST_CASE("many samples go through a workspace in pieces, into the caller's memory") {
    const auto parameters = ep::initialize<pictures>(ep::seed{1});
    xt::xtensor<float, 3> x({50, 2, 3});
    for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = 0.1f * static_cast<float>(i % 31) - 1.5f;
    const auto expected = ep::predict(parameters, x);
    xt::xtensor<float, 3> y = xt::zeros<float>({50, 2, 2});
    ep::inference_workspace<pictures, 7> memory;
    ep::predict(parameters, x, y, memory);
    float largest = 0;
    for (std::size_t i = 0; i < y.size(); ++i) largest = std::max(largest, std::abs(y.data()[i] - expected.data()[i]));
    CHECK(largest < 1e-6f);

    // A part of x into a part of y: views start where they start.
    xt::xtensor<float, 2> flat = xt::zeros<float>({50, 4});
    auto part = xt::view(x, xt::range(10, 20), xt::all(), xt::all());
    auto to = xt::view(flat, xt::range(30, 40), xt::all());
    ep::predict(parameters, part, to, memory);
    largest = 0;
    for (std::size_t row = 0; row < 10; ++row)
        for (std::size_t c = 0; c < 4; ++c)
            largest = std::max(largest, std::abs(flat(30 + row, c) - expected(10 + row, c)));
    CHECK(largest < 1e-6f);
    CHECK(flat(29, 3) == 0);
    CHECK(flat(40, 0) == 0);
}

TEST_CASE("what does not fit is refused before anything is written") {
    const auto parameters = ep::initialize<pictures>(ep::seed{1});
    ep::inference_workspace<pictures, 8> memory;
    xt::xtensor<float, 2> y = xt::ones<float>({4, 4});
    const auto untouched = y;
    const xt::xtensor<float, 2> narrow = xt::ones<float>({4, 5});
    CHECK_THROWS_WITH_AS(ep::predict(parameters, narrow, y, memory), "x: expected [rows, 2, 3] row-major, found [4, 5]",
                         shape_error);
    const xt::xtensor<float, 2> x = xt::ones<float>({5, 6});
    CHECK_THROWS_WITH_AS(ep::predict(parameters, x, y, memory), "y: expected 5 rows, found 4", shape_error);
    xt::xtensor<float, 2> wide = xt::ones<float>({5, 5});
    CHECK_THROWS_WITH_AS(ep::predict(parameters, x, wide, memory), "y: expected [rows, 2, 2] row-major, found [5, 5]",
                         shape_error);
    xt::xtensor<float, 2, xt::layout_type::column_major> columns = xt::ones<float>({5, 4});
    CHECK_THROWS_AS(ep::predict(parameters, x, columns, memory), shape_error);
    CHECK(y == untouched);

    const xt::xtensor<float, 1> short_sample = xt::ones<float>({5});
    CHECK_THROWS_WITH_AS(ep::predict(parameters, short_sample), "x: expected [2, 3] row-major, found [5]", shape_error);
    const xt::xtensor<float, 3> turned = xt::ones<float>({4, 3, 2});
    CHECK_THROWS_AS(ep::predict(parameters, turned), shape_error);
}

TEST_CASE("a NaN in one row stays in it") {
    const auto parameters = ep::initialize<pictures, double>(ep::seed{1});
    xt::xtensor<double, 2> x = xt::ones<double>({9, 6});
    x(4, 2) = std::numeric_limits<double>::quiet_NaN();
    xt::xtensor<double, 2> y = xt::zeros<double>({9, 4});
    ep::inference_workspace<pictures, 16, double> memory;
    ep::predict(parameters, x, y, memory);
    for (std::size_t row = 0; row < 9; ++row) CHECK(std::isnan(y(row, 0)) == (row == 4));
}

TEST_CASE("a sample may be a span, an array, a vector, an adaptor or a row of a batch, without a copy") {
    constexpr auto net = ep::input<4> >> ep::dense<6> >> ep::tanh >> ep::dense<3>;
    const auto parameters = ep::initialize<ep::network_t<net>>(ep::seed{3});
    xt::xtensor<float, 2> batch = {{9, 9, 9, 9}, {0.1f, -0.2f, 0.3f, -0.4f}};
    const xt::xtensor<float, 1> sample = {0.1f, -0.2f, 0.3f, -0.4f};
    const auto expected = ep::predict(parameters, sample);
    const std::array<float, 4> array{0.1f, -0.2f, 0.3f, -0.4f};
    const std::vector<float> vector(array.begin(), array.end());
    CHECK(ep::predict(parameters, array) == expected);
    CHECK(ep::predict(parameters, vector) == expected);
    const float numbers[] = {0.1f, -0.2f, 0.3f, -0.4f};
    CHECK(ep::predict(parameters, numbers) == expected);
    CHECK(ep::predict(parameters, std::span(array)) == expected);
    CHECK(ep::predict(parameters, std::span<const float>(vector)) == expected);
    CHECK(ep::predict(parameters, xt::adapt(array.data(), xt::xshape<4>{})) == expected);
    CHECK(ep::predict(parameters, xt::view(batch, 1, xt::all())) == expected);
    CHECK(ep::predict(parameters, xt::row(batch, 1)) == expected);
    CHECK_THROWS_WITH_AS(ep::predict(parameters, std::vector<float>(5)), "x: expected [4] row-major, found [5]",
                         ep::shape_error);
}

TEST_CASE("rows of flat samples go to predict_rows, and the error of predict says so") {
    constexpr auto net = ep::input<2, 2> >> ep::flatten >> ep::dense<3>;
    const auto parameters = ep::initialize<ep::network_t<net>>(ep::seed{3});
    const xt::xtensor<float, 2> flat = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 1, 2, 3}};
    const auto scores = ep::predict_rows(parameters, flat);
    REQUIRE(scores.shape(0) == 3);
    const xt::xtensor<float, 2> second = {{5, 6}, {7, 8}};
    const auto one = ep::predict(parameters, second);
    for (std::size_t c = 0; c < 3; ++c) CHECK(scores(1, c) == doctest::Approx(one(c)).epsilon(1e-6));
    CHECK_THROWS_WITH_AS(ep::predict(parameters, flat),
                         "x: expected [2, 2] row-major, found [3, 4]; many samples go to predict_rows",
                         ep::shape_error);
}
