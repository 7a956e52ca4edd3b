// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary_arithmetic.hpp>
#include <espalier/layer/sample.hpp>

namespace espalier::layer {

/// x […] of indices → y […][Dimension]: each index replaced by its row of weight [Count][Dimension].
///
/// Indices come as scalars; fractions are cut off, and what lies outside 0 … Count − 1 counts as the nearest of the two
/// (a NaN as 0), so no x reads past the table. The function is piecewise constant: its gradient with respect to x is
/// zero. Weights start normal with variance 1, as PyTorch's.
template <std::size_t Count, std::size_t Dimension>
struct embedding {
    static constexpr std::string_view kind = "embedding";
    static constexpr std::array arguments{static_cast<double>(Count), static_cast<double>(Dimension)};
    static constexpr reads parameter_gradient_reads{.input = true};
    static constexpr reads input_gradient_reads{};

    static constexpr extents output(const extents& input) {
        extents rows = input;
        if (rows.rank < extents::max_rank) rows.extent[rows.rank++] = Dimension;
        return rows;
    }
    static constexpr mismatch check(const extents& input) {
        constexpr std::size_t exact = std::size_t{1} << 24;  // as float
        if (Count == 0 || Count > exact || Dimension == 0) return mismatch::table_size;
        return input.rank < extents::max_rank ? mismatch::none : mismatch::rank_too_high;
    }
    static constexpr auto parameters(const extents&) {
        // lecun_normal's variance is 1 / fan_in
        return std::array{parameter{"weight", shape<Count, Dimension>{}, 1, Dimension, initializers::lecun_normal}};
    }

    template <extents Input, class Scalar>
    static void forward(features<Scalar> x, weights<Scalar> p, outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) {
            const auto first = first_elements(x[i]);
            for (std::size_t d = 0; d < Dimension; ++d) y[i * Dimension + d] = p.gather(0, first, d);
        }
    }
    template <extents Input, class Scalar>
    static void input_gradient(features<Scalar>, features<Scalar>, features<Scalar>, weights<Scalar>,
                               outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = simd<Scalar>(Scalar{});
    }
    template <extents Input, class Scalar>
    static void parameter_gradient(features<Scalar> x, features<Scalar>, features<Scalar> delta, weights<Scalar>,
                                   sums<Scalar> gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) {
            const auto first = first_elements(x[i]);
            for (std::size_t d = 0; d < Dimension; ++d) gradient.scatter(0, first, d, delta[i * Dimension + d]);
        }
    }

private:
    /// Of the row that each lane asks for.
    template <class Scalar>
    static lane_elements<Scalar> first_elements(const simd<Scalar>& x) {
        const simd<Scalar> last(static_cast<Scalar>(Count - 1)), zero(Scalar{});
        const auto inside = xsimd::select(x > zero, xsimd::select(x < last, x, last), zero);  // a NaN is not > 0
        alignas(alignment) Scalar lanes[simd_width<Scalar>];
        inside.store_aligned(lanes);
        lane_elements<Scalar> first;
        for (std::size_t lane = 0; lane < simd_width<Scalar>; ++lane)
            first[lane] = static_cast<std::size_t>(lanes[lane]) * Dimension;
        return first;
    }
};

}  // namespace espalier::layer
