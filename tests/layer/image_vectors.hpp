// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <espalier/io/npy.hpp>
#include <espalier/loss/elementwise.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "../folders.hpp"

/// The layers of tests/reference/convolutions.py, computed here and by PyTorch.
namespace image_vectors {

namespace ep = espalier;

/// What PyTorch computed, taken piece by piece from one vector.
class pieces {
public:
    explicit pieces(const std::string& name) {
        const auto all = ep::io::load_npy<double, 1>(in_tests("reference/images/") + name + ".npy");
        values_.assign(all.data(), all.data() + all.size());
    }
    std::span<const double> next(std::size_t count) {
        REQUIRE(first_ + count <= values_.size());
        first_ += count;
        return std::span<const double>(values_).subspan(first_ - count, count);
    }
    bool at_end() const { return first_ == values_.size(); }

private:
    std::vector<double> values_;
    std::size_t first_ = 0;
};

inline double largest_difference(std::span<const double> found, std::span<const double> expected) {
    double difference = found.size() == expected.size() ? 0 : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
        const double each = std::abs(found[i] - expected[i]) / std::max(1.0, std::abs(expected[i]));
        difference = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(difference, each);
    }
    return difference;
}

/// Predictions together and one by one, the loss, and both gradients.
template <auto Network, std::size_t rows = 5>
void check(const std::string& name) {
    using net = ep::network_t<Network>;
    constexpr std::size_t inputs = ep::input_size<net>, outputs = ep::output_size<net>;
    constexpr double rounding = 1e-12;
    CAPTURE(name);
    pieces from(name);
    const auto x = from.next(rows * inputs), target = from.next(rows * outputs);
    ep::parameters<net, double> parameters;
    const auto for_each_tensor = [](auto&& f) {
        for (std::size_t i = 0; i < ep::parameter_tensor_count<net>; ++i) f(ep::parameter_tensors<net, double>[i]);
    };
    for_each_tensor(
        [&](const auto& tensor) { std::ranges::copy(from.next(tensor.size), parameters.data() + tensor.offset); });

    const auto y = from.next(rows * outputs);
    std::vector<double> found(rows * outputs);
    ep::inference_workspace<net, rows, double> inference;
    std::span to(found);
    ep::predict(parameters, x, to, inference);
    CHECK(largest_difference(found, y) < rounding);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto one = ep::predict(parameters, x.subspan(row * inputs, inputs));
        CHECK(largest_difference({one.data(), outputs}, y.subspan(row * outputs, outputs)) < rounding);
    }

    ep::gradients<net, double> gradient;
    std::vector<double> x_gradient(rows * inputs);
    ep::workspace<net, rows, double, ep::request::both> memory;
    std::span x_to(x_gradient);
    const double loss = ep::value_and_gradients(parameters, x, target, ep::mse, gradient, x_to, memory);
    CHECK(loss == doctest::Approx(from.next(1)[0]).epsilon(rounding));
    for_each_tensor([&](const auto& tensor) {
        CHECK(largest_difference({gradient.data() + tensor.offset, tensor.size}, from.next(tensor.size)) < rounding);
    });
    CHECK(largest_difference(x_gradient, from.next(rows * inputs)) < rounding);
    CHECK(from.at_end());
}

}  // namespace image_vectors
