// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/loss/elementwise.hpp>

#include "losses.hpp"

using namespace losses_of_rows;

TEST_CASE_TEMPLATE("every elementwise loss and its gradient are PyTorch's", Scalar, float, double) {
    const auto predictions = load<Scalar>("predictions");
    const auto binary = load<Scalar>("binary"), regression = load<Scalar>("regression");
    const auto of = [&](const auto& loss, const auto& target, std::size_t number) {
        return difference(evaluate<outputs>(loss, predictions, values(target)), number);
    };
    CHECK(of(ep::binary_cross_entropy, binary, 4) < tolerance<Scalar>);
    CHECK(of(ep::mse, regression, 5) < tolerance<Scalar>);
    CHECK(of(ep::mae, regression, 6) < tolerance<Scalar>);
    CHECK(of(ep::huber<1.0>, regression, 7) < tolerance<Scalar>);
    CHECK(of(ep::huber<0.3>, regression, 8) < tolerance<Scalar>);
}

TEST_CASE_TEMPLATE("logits up to 1000 lose nothing", Scalar, float, double) {
    const auto predictions = load<Scalar>("huge_predictions"), binary = load<Scalar>("binary");
    CHECK(difference(evaluate<outputs>(ep::binary_cross_entropy, predictions, values(binary)), 4, true) <
          tolerance<Scalar>);
}

TEST_CASE_TEMPLATE("a user's own loss is the built-in one", Scalar, float, double) {
    const auto predictions = load<Scalar>("predictions"), regression = load<Scalar>("regression");
    const auto same = [&](const auto& own, const auto& built_in) {
        const auto found = evaluate<outputs>(own, predictions, values(regression));
        const auto expected = evaluate<outputs>(built_in, predictions, values(regression));
        CHECK(found.value == expected.value);
        CHECK(found.gradient == expected.gradient);
    };
    same(ep::loss([](auto p, auto t) { return (p - t) * (p - t); }), ep::mse);
    same(ep::loss([](auto p, auto t) { return abs(p - t); }), ep::mae);
    same(ep::loss([](auto p, auto t) { return softplus(p) - p * t; }), ep::binary_cross_entropy);
}

TEST_CASE("a loss that is no built-in one has its derivative derived") {
    // log cosh(p − t), written without overflow: the derivative is tanh(p − t).
    constexpr auto log_cosh =
        ep::loss([](auto p, auto t) { return p - t + softplus(-2 * (p - t)) - 0.69314718055994530942; });
    const auto found = evaluate<1>(log_cosh, std::vector{2.0, -1.0, 40.0}, values(std::vector{0.5, -1.0, 0.0}));
    CHECK(std::abs(found.value - (std::log(std::cosh(1.5)) + std::log(std::cosh(40.0))) / 3) < 1e-14);
    CHECK(std::abs(found.gradient[0] - std::tanh(1.5) / 3) < 1e-15);
    CHECK(std::abs(found.gradient[1]) < 1e-15);
    CHECK(std::abs(found.gradient[2] - 1.0 / 3) < 1e-15);

    // Only what lies above the target counts.
    constexpr auto excess = ep::loss([](auto p, auto t) { return (p - t) * (p > t); });
    const auto above = evaluate<1>(excess, std::vector{2.0, -1.0, 0.0}, values(std::vector{0.5, -1.0, 40.0}));
    CHECK(std::abs(above.value - 0.5) < 1e-15);
    CHECK(above.gradient == std::vector{1.0 / 3, 0.0, 0.0});
}

TEST_CASE_TEMPLATE("the mean is over rows and outputs, whatever their number", Scalar, float, double) {
    for (const std::size_t count : {std::size_t{1}, ep::simd_width<Scalar> - 1, ep::simd_width<Scalar>,
                                    ep::simd_width<Scalar> + 1, ep::block_lanes<Scalar> + 1}) {
        const std::vector<Scalar> predictions(3 * count, Scalar(3)), target(3 * count, Scalar(1));
        const auto found = evaluate<3>(ep::mse, predictions, values(target));
        CHECK(std::abs(found.value - Scalar(4)) < Scalar(1e-6));
        for (const Scalar each : found.gradient)
            CHECK(std::abs(each * static_cast<Scalar>(3 * count) - Scalar(4)) < Scalar(1e-5));
    }
}
