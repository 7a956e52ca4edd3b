// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <espalier/io/npy.hpp>
#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/gradient_check.hpp>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "../folders.hpp"

/// The networks of tests/reference/networks.py, 12-7-5-3 on nine rows, computed here and by PyTorch. One file of tests
/// for each few activations keeps their compilation short.
namespace network_vectors {

namespace ep = espalier;

inline constexpr std::size_t rows = 9;
inline constexpr std::size_t inputs = 12;
inline constexpr std::size_t outputs = 3;

template <auto Activation, auto... Options>
inline constexpr auto between = ep::input<inputs> >> ep::dense<7, Options...> >> Activation >>
                                ep::dense<5, Options...> >> Activation >> ep::dense<outputs, Options...>;

/// The values of a file, whatever their shape.
template <std::size_t Rank>
std::vector<double> values_of(const std::string& name) {
    const auto values = ep::io::load_npy<double, Rank>(in_tests("reference/") + name + ".npy");
    return {values.data(), values.data() + values.size()};
}

template <class Scalar>
std::vector<Scalar> rounded(const std::vector<double>& values) {
    std::vector<Scalar> as(values.size());
    std::transform(values.begin(), values.end(), as.begin(), [](double value) { return static_cast<Scalar>(value); });
    return as;
}

/// Largest difference, in units of the largest expected value; infinite where a NaN was found.
template <class Scalar>
double largest_difference(std::span<const Scalar> found, std::span<const double> expected) {
    double difference = 0, largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double each = std::abs(static_cast<double>(found[i]) - expected[i]);
        difference = std::isnan(each) ? std::numeric_limits<double>::infinity() : std::max(difference, each);
        largest = std::max(largest, std::abs(expected[i]));
    }
    return difference / largest;
}

struct inputs_of_all {
    std::vector<double> x = values_of<2>("network_x");
    std::vector<double> probabilities = values_of<2>("network_probabilities");
    std::vector<double> binary = values_of<2>("network_binary");
    std::vector<double> regression = values_of<2>("network_regression");
    std::vector<double> label_values = values_of<1>("network_labels");
};

struct expectation {
    std::vector<double> parameters, predictions, loss, gradient, x_gradient;

    /// Activations is 1 where the files have that leading index, 0 where they are of one activation.
    template <std::size_t Activations>
    static expectation of(const std::string& prefix) {
        return {values_of<1>(prefix + "_parameters"), values_of<2 + Activations>(prefix + "_predictions"),
                values_of<1 + Activations>(prefix + "_loss"), values_of<2 + Activations>(prefix + "_gradient"),
                values_of<3 + Activations>(prefix + "_x_gradient")};
    }
};

/// Copies between PyTorch's parameters, one after the other, and the flat vector with its gaps.
template <class Net, class Scalar>
std::vector<Scalar> without_gaps(const Scalar* flat) {
    std::vector<Scalar> packed;
    for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
        const ep::parameter_tensor& tensor = ep::parameter_tensors<Net, Scalar>[i];
        packed.insert(packed.end(), flat + tensor.offset, flat + tensor.offset + tensor.size);
    }
    return packed;
}
template <class Net, class Scalar>
void with_gaps(const std::vector<double>& packed, Scalar* flat) {
    REQUIRE(packed.size() == ep::parameter_count<Net>);
    auto from = packed.begin();
    for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
        const ep::parameter_tensor& tensor = ep::parameter_tensors<Net, Scalar>[i];
        std::transform(from, from + static_cast<std::ptrdiff_t>(tensor.size), flat + tensor.offset,
                       [](double value) { return static_cast<Scalar>(value); });
        from += static_cast<std::ptrdiff_t>(tensor.size);
    }
}

/// Loss, gradient of the parameters and of x, for all seven losses of networks.py. Returns the largest difference
/// from PyTorch's; in double, checks finite differences as well.
template <class Net, class Scalar>
double largest_difference_of_losses(const expectation& expected, std::size_t activation) {
    constexpr std::size_t losses = 7;
    const inputs_of_all given;
    const auto x = rounded<Scalar>(given.x);
    const auto probabilities = rounded<Scalar>(given.probabilities);
    const auto binary = rounded<Scalar>(given.binary);
    const auto regression = rounded<Scalar>(given.regression);
    const auto labels = rounded<std::int64_t>(given.label_values);

    ep::parameters<Net, Scalar> parameters;
    with_gaps<Net>(expected.parameters, parameters.data());
    ep::gradients<Net, Scalar> gradient;
    ep::workspace<Net, rows, Scalar, ep::request::both> memory;
    std::vector<Scalar> x_gradient(rows * inputs);
    double largest = 0;
    const auto compare = [&](std::size_t number, Scalar loss) {
        const std::size_t at = activation * losses + number;
        const std::size_t count = ep::parameter_count<Net>;
        const auto packed = without_gaps<Net>(gradient.data());
        largest = std::max(
            {largest, largest_difference<Scalar>({&loss, 1}, {&expected.loss[at], 1}),
             largest_difference<Scalar>(packed, {&expected.gradient[at * count], count}),
             largest_difference<Scalar>(x_gradient, {&expected.x_gradient[at * rows * inputs], rows * inputs})});
    };
    const auto run = [&](std::size_t number, const auto& loss, const auto& target) {
        std::fill(x_gradient.begin(), x_gradient.end(), std::numeric_limits<Scalar>::quiet_NaN());
        std::fill(gradient.flat().begin(), gradient.flat().end(), std::numeric_limits<Scalar>::quiet_NaN());
        std::span to(x_gradient);
        compare(number,
                ep::value_and_gradients(parameters, std::span(x), std::span(target), loss, gradient, to, memory));
        if constexpr (std::is_same_v<Scalar, double>)
            CHECK(ep::gradient_check<rows>(parameters, std::span(x), std::span(target), loss) < 1e-6);
    };
    run(0, ep::softmax_cross_entropy, labels);
    run(1, ep::losses::softmax_cross_entropy{.label_smoothing = 0.1}, labels);
    run(2, ep::softmax_cross_entropy, probabilities);
    run(3, ep::binary_cross_entropy, binary);
    run(4, ep::mse, regression);
    run(5, ep::mae, regression);
    run(6, ep::huber<1.0>, regression);
    return largest;
}

/// What rounding may add over three layers, in units of the largest entry.
template <class Scalar>
inline constexpr double tolerance = sizeof(Scalar) == sizeof(float) ? 1e-5 : 1e-12;

/// A network of networks.py against its numbers.
template <class Net, class Scalar, bool OfOneActivation = false>
void check_network(const char* prefix, std::size_t number) {
    static const auto expected = expectation::of<OfOneActivation ? 0 : 1>(prefix);
    CHECK(largest_difference_of_losses<Net, Scalar>(expected, number) < tolerance<Scalar>);
}

/// An activation of networks.py, with biases or without.
template <class Scalar, auto Activation, auto... Options>
void check_activation(std::size_t number) {
    check_network<ep::network_t<between<Activation, Options...>>, Scalar>(
        sizeof...(Options) == 0 ? "network" : "network_unbiased", number);
}

}  // namespace network_vectors
