// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <espalier/run/value_and_gradient.hpp>

namespace espalier {

namespace detail {

/// Relative to the entry, but to no less than a hundredth of the gradient's largest one: what is smaller drowns in
/// the rounding of the loss.
inline double relative_error(double derivative, double difference, double largest) {
    const double scale = std::max({std::abs(derivative), 0.01 * largest, std::numeric_limits<double>::min()});
    const double error = std::abs(derivative - difference) / scale;
    return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

/// Error of one entry of a gradient against the central difference of loss() in `value`. The smaller step counts
/// where it agrees better: a kink of relu's may lie within the larger one.
template <class LossOfAll>
double difference_error(double& value, double derivative, double largest, LossOfAll&& loss) {
    const double start = value;
    double error = std::numeric_limits<double>::infinity();
    for (const double step : {1e-5, 1e-6}) {
        value = start + step;
        const double above = loss();
        value = start - step;
        const double below = loss();
        value = start;
        error = std::min(error, relative_error(derivative, (above - below) / (2 * step), largest));
    }
    return error;
}

}  // namespace detail

/// The largest relative error of value_and_gradients against central differences of the loss, over every parameter
/// that trains and every element of x: about 1e-9 where all is well, for a layer or loss of your own too. A gradient
/// that is not finite gives infinity.
///
/// In double; x [rows][input shape…], 1 ≤ rows ≤ Batch, y and loss as for value_and_gradient. With dropout, the coins
/// are those of one step. Takes four steps for each number that it checks. Throws shape_error.
template <std::size_t Batch = 16, Network Net, class Storage, class Samples, class Target, Loss Function>
double gradient_check(const parameters<Net, double, Storage>& at, const Samples& x, const Target& y,
                      const Function& loss, const coins& tossed = {}) {
    parameters<Net, double> moved;
    std::copy_n(at.data(), moved.size(), moved.data());
    const auto rows = rows_of(x, input_shape<Net>, "x");
    std::vector<double> samples(rows.data, rows.data + rows.rows * input_size<Net>);
    gradients<Net, double> gradient;
    std::vector<double> x_gradient(samples.size());
    workspace<Net, Batch, double, request::both> memory;
    const auto value = [&] {
        std::span to(x_gradient);
        return value_and_gradients(moved, std::span<const double>(samples), y, loss, gradient, to, memory, tossed);
    };

    value();
    const std::vector<double> derivatives(gradient.data(), gradient.data() + gradient.size());
    const std::vector<double> x_derivatives = x_gradient;
    double largest = 0;
    for (const auto& list : {derivatives, x_derivatives})
        for (const double each : list) largest = std::max(largest, std::abs(each));
    double error = 0;
    for (std::size_t i = 0; i < parameter_tensor_count<Net>; ++i) {
        const parameter_tensor& tensor = parameter_tensors<Net, double>[i];
        if (!tensor.trains) continue;
        for (std::size_t k = tensor.offset; k < tensor.offset + tensor.size; ++k)
            error = std::max(error, detail::difference_error(moved.data()[k], derivatives[k], largest, value));
    }
    for (std::size_t k = 0; k < samples.size(); ++k)
        error = std::max(error, detail::difference_error(samples[k], x_derivatives[k], largest, value));
    return error;
}

}  // namespace espalier
