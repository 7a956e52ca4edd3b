// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <espalier/io/npy.hpp>
#include <espalier/run/loss_step.hpp>
#include <espalier/run/targets.hpp>
#include <limits>
#include <string>
#include <vector>

#include "../folders.hpp"

/// What the tests of the losses share: seven rows of five outputs, as in tests/reference/losses.py.
namespace losses_of_rows {

namespace ep = espalier;

inline constexpr std::size_t rows = 7;
inline constexpr std::size_t outputs = 5;

template <class Scalar>
std::vector<Scalar> load(const std::string& name) {
    const auto values = ep::io::load_npy<double, 2>(in_tests("reference/losses_") + name + ".npy");
    std::vector<Scalar> list(values.size());
    std::transform(values.data(), values.data() + values.size(), list.begin(),
                   [](double v) { return static_cast<Scalar>(v); });
    return list;
}

inline std::vector<std::int64_t> labels() {
    const auto values = ep::io::load_npy<std::int64_t, 1>(in_tests("reference/losses_labels.npy"));
    return {values.data(), values.data() + values.size()};
}

template <class Scalar>
struct result {
    Scalar value;
    std::vector<Scalar> gradient;  // [rows][outputs]
};

/// The mean loss and its gradient, from row-major predictions [rows][Outputs]. What lies past the rows is NaN.
template <std::size_t Outputs, class Scalar, class Loss, class Targets>
result<Scalar> evaluate(const Loss& loss, const std::vector<Scalar>& predictions, const Targets& targets) {
    const std::size_t count = predictions.size() / Outputs;
    const auto place = [](std::size_t row, std::size_t output) {
        return ep::detail::register_offset<Scalar, Outputs>(row / ep::block_lanes<Scalar>, output, 0) +
               row % ep::block_lanes<Scalar>;
    };
    std::vector<Scalar> blocks(ep::blocks_for<Scalar>(count) * ep::block_lanes<Scalar> * Outputs,
                               std::numeric_limits<Scalar>::quiet_NaN());
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t output = 0; output < Outputs; ++output)
            blocks[place(row, output)] = predictions[row * Outputs + output];
    std::vector<Scalar> emitted = blocks;
    const auto take = [&](std::size_t block, std::size_t feature, std::size_t vector,
                          const ep::simd<Scalar>& gradient) {
        ep::store(&emitted[ep::detail::register_offset<Scalar, Outputs>(block, feature, vector)], gradient);
    };
    result<Scalar> found{ep::detail::loss_step<Outputs>(loss, blocks.data(), targets, count, take), predictions};
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t output = 0; output < Outputs; ++output)
            found.gradient[row * Outputs + output] = emitted[place(row, output)];
    return found;
}

/// Targets in the caller's memory.
template <class Scalar>
auto values(const std::vector<Scalar>& list) {
    return ep::detail::value_rows<Scalar>{list.data()};
}
inline auto values(const std::vector<std::int64_t>& list) { return ep::detail::label_rows<std::int64_t>{list.data()}; }

/// Largest difference of value and gradient from PyTorch's loss `number`, in units of the larger of 1 and the entry.
/// `huge`: of the logits up to ±1000.
template <class Scalar>
double difference(const result<Scalar>& found, std::size_t number, bool huge = false) {
    const std::string set = huge ? "huge_" : "";
    const auto value = ep::io::load_npy<double, 1>(in_tests("reference/losses_") + set + "value.npy");
    const auto gradient = ep::io::load_npy<double, 3>(in_tests("reference/losses_") + set + "gradient.npy");
    double largest = 0;
    const auto compare = [&](Scalar is, double expected) {
        const double each = std::abs(static_cast<double>(is) - expected) / std::max(1.0, std::abs(expected));
        largest = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(largest, each);
    };
    compare(found.value, value(number));
    for (std::size_t i = 0; i < rows * outputs; ++i)
        compare(found.gradient[i], gradient(number, i / outputs, i % outputs));
    return largest;
}

template <class Scalar>
inline constexpr double tolerance = sizeof(Scalar) == sizeof(float) ? 1e-5 : 1e-12;

}  // namespace losses_of_rows
