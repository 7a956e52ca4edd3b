// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/loss/softmax_cross_entropy.hpp>

#include "losses.hpp"

using namespace losses_of_rows;

namespace {
constexpr ep::losses::softmax_cross_entropy smoothed{.label_smoothing = 0.1};
}

TEST_CASE_TEMPLATE("labels and probabilities, smoothed or not, give PyTorch's loss and gradient", Scalar, float,
                   double) {
    const auto probabilities = load<Scalar>("probabilities");
    const auto given = labels();
    for (const bool huge : {false, true}) {
        CAPTURE(huge);
        const auto predictions = load<Scalar>(huge ? "huge_predictions" : "predictions");
        const auto of = [&](const auto& loss, const auto& target, std::size_t number) {
            return difference(evaluate<outputs>(loss, predictions, values(target)), number, huge);
        };
        CHECK(of(ep::softmax_cross_entropy, given, 0) < tolerance<Scalar>);
        CHECK(of(smoothed, given, 1) < tolerance<Scalar>);
        CHECK(of(ep::softmax_cross_entropy, probabilities, 2) < tolerance<Scalar>);
        CHECK(of(smoothed, probabilities, 3) < tolerance<Scalar>);
    }
}

TEST_CASE_TEMPLATE("a label is the one-hot row of it", Scalar, float, double) {
    const auto predictions = load<Scalar>("predictions");
    const auto given = labels();
    std::vector<Scalar> one_hot(rows * outputs);
    for (std::size_t row = 0; row < rows; ++row)
        one_hot[row * outputs + static_cast<std::size_t>(given[row])] = Scalar(1);
    for (const auto& loss : {ep::softmax_cross_entropy, smoothed}) {
        const auto by_label = evaluate<outputs>(loss, predictions, values(given));
        const auto by_row = evaluate<outputs>(loss, predictions, values(one_hot));
        CHECK(std::abs(by_label.value - by_row.value) < Scalar(tolerance<Scalar>));
        for (std::size_t i = 0; i < rows * outputs; ++i)
            CHECK(std::abs(by_label.gradient[i] - by_row.gradient[i]) < Scalar(tolerance<Scalar>));
    }
}

TEST_CASE_TEMPLATE("a constant added to all logits changes nothing", Scalar, float, double) {
    auto predictions = load<Scalar>("predictions");
    const auto before = evaluate<outputs>(ep::softmax_cross_entropy, predictions, values(labels()));
    for (Scalar& each : predictions) each += Scalar(64);
    const auto after = evaluate<outputs>(ep::softmax_cross_entropy, predictions, values(labels()));
    CHECK(std::abs(before.value - after.value) < Scalar(tolerance<Scalar>));
    for (std::size_t i = 0; i < rows * outputs; ++i)
        CHECK(std::abs(before.gradient[i] - after.gradient[i]) < Scalar(tolerance<Scalar>));
}

TEST_CASE("one class is certain") {
    const auto found =
        evaluate<1>(ep::softmax_cross_entropy, std::vector{3.0, -800.0}, values(std::vector<std::int64_t>{0, 0}));
    CHECK(found.value == 0);
    CHECK(found.gradient == std::vector{0.0, 0.0});
}
