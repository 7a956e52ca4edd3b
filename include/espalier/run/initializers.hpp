// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <espalier/core/initializer.hpp>
#include <espalier/core/random.hpp>

namespace espalier {

namespace detail {

/// Sum of a[i] b[i], in eight interleaved parts: the order, and so every bit, is fixed, and compilers can vectorise it.
[[gnu::noinline]] inline double ordered_dot(std::span<const double> a, std::span<const double> b) {
    double parts[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= a.size(); i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) parts[lane] = std::fma(a[i + lane], b[i + lane], parts[lane]);
    }
    for (; i < a.size(); ++i) parts[i % 8] = std::fma(a[i], b[i], parts[i % 8]);
    for (std::size_t half = 4; half > 0; half /= 2) {
        for (std::size_t lane = 0; lane < half; ++lane) parts[lane] += parts[lane + half];
    }
    return parts[0];
}

/// `vectors` orthonormal vectors of `length` ≥ vectors scalars, one after the other, uniform over all such frames:
/// normal deviates, orthogonalised by Gram and Schmidt, twice (Giraud et al. 2005: twice is enough).
inline std::vector<double> orthonormal_frame(std::size_t vectors, std::size_t length, random_stream stream) {
    std::vector<double> frame(vectors * length);
    for (double& value : frame) value = stream.normal<double>();
    const auto row = [&](std::size_t index) { return std::span(frame).subspan(index * length, length); };
    for (std::size_t current = 0; current < vectors; ++current) {
        const std::span<double> own = row(current);
        for (std::size_t pass = 0; pass < 2; ++pass) {
            for (std::size_t earlier = 0; earlier < current; ++earlier) {
                const std::span<double> onto = row(earlier);
                const double shadow = -ordered_dot(onto, own);
                for (std::size_t i = 0; i < length; ++i) own[i] = std::fma(shadow, onto[i], own[i]);
            }
        }
        const double norm = std::sqrt(ordered_dot(own, own));
        for (double& value : own) value /= norm;
    }
    return frame;
}

}  // namespace detail

/// Draws the starting values of one tensor; a bias or a normalisation's scale takes a constant.
///   he       variance 2 / fan_in                 (He et al., ICCV 2015, eq. 10): before relu and its like
///   glorot   variance 2 / (fan_in + fan_out)     (Glorot and Bengio, AISTATS 2010, eq. 12, 16): before tanh, sigmoid
///   lecun    variance 1 / fan_in                 (LeCun et al., Efficient BackProp, 1998, eq. 16): linear, selu
///   orthogonal  rows of fan_in scalars orthonormal if there are at most fan_in of them, else columns
///                                                (Saxe et al., ICLR 2014)
/// times the rule's gain; normal as named, or uniform within ±√(3 · variance). `automatic` that nobody resolved is
/// glorot_uniform. Values are row-major, a row for each output; everything is drawn in double, so that float weights
/// are the double ones rounded, and the bits are the same on every platform. Allocates for orthogonal alone.
template <class Scalar>
[[gnu::cold]] void fill(initializer kind, std::span<Scalar> values, std::size_t fan_in, std::size_t fan_out,
                        random_stream stream) {
    using enum initializer::rule;
    const auto normal = [&](double variance) {
        const double deviation = kind.value * std::sqrt(variance);
        for (Scalar& value : values) value = static_cast<Scalar>(deviation * stream.normal<double>());
    };
    const auto uniform = [&](double variance) {
        const double limit = kind.value * std::sqrt(3 * variance);
        for (Scalar& value : values) {
            value = static_cast<Scalar>(std::fma(2 * limit, stream.uniform<double>(), -limit));
        }
    };
    const auto in = static_cast<double>(fan_in), out = static_cast<double>(fan_out);
    switch (kind.kind) {
        case he_normal:
            return normal(2 / in);
        case he_uniform:
            return uniform(2 / in);
        case glorot_normal:
            return normal(2 / (in + out));
        case automatic:
        case glorot_uniform:
            return uniform(2 / (in + out));
        case lecun_normal:
            return normal(1 / in);
        case lecun_uniform:
            return uniform(1 / in);
        case constant:
            std::ranges::fill(values, static_cast<Scalar>(kind.value));
            return;
        case orthogonal:
            break;
    }
    const std::size_t columns = std::max<std::size_t>(fan_in, 1), rows = values.size() / columns;
    const bool wide = rows <= columns;
    const std::size_t length = std::max(rows, columns);
    const std::vector<double> frame = detail::orthonormal_frame(std::min(rows, columns), length, stream);
    for (std::size_t i = 0; i < rows * columns; ++i) {
        const std::size_t row = i / columns, column = i % columns;
        values[i] = static_cast<Scalar>(kind.value * (wide ? frame[i] : frame[column * length + row]));
    }
}

}  // namespace espalier
