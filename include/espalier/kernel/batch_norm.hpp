// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include <espalier/core/simd.hpp>
#include <espalier/core/simd_lanes.hpp>

/// Passes over one channel of a batch x [block][Channels][Run][lanes]. Each is one walk through memory, or two through
/// what lies in the first cache. Only the rows count, never the lanes past them.
namespace espalier::kernel {

namespace detail {

template <class Scalar>
struct channel_moments {
    Scalar mean;
    Scalar variance;  ///< biased: divided by the number of elements
};

/// Σ term of some registers: `groups` of them `GroupStep` scalars apart, each of `count` registers that lie `Step`
/// scalars apart. term(sum, register) returns the new sum.
template <std::size_t Step, std::size_t GroupStep, class Scalar, class Term>
ESPALIER_INLINE simd<Scalar> sum_registers(const Scalar* first, std::size_t groups, std::size_t count, Term&& term) {
    constexpr std::size_t chains = 8;  // additions under way at a time
    simd<Scalar> sums[chains];
    for (simd<Scalar>& each : sums) each = simd<Scalar>(Scalar{});
    for (std::size_t group = 0; group < groups; ++group) {
        const Scalar* const from = first + group * GroupStep;
        const Scalar *at = from, *const whole = from + count / chains * chains * Step, *const end = from + count * Step;
        for (; at != whole; at += chains * Step) {
            ESPALIER_UNROLL
            for (std::size_t k = 0; k < chains; ++k) sums[k] = term(sums[k], load(at + k * Step));
        }
        for (; at != end; at += Step) sums[0] = term(sums[0], load(at));
    }
    for (std::size_t half = chains / 2; half > 0; half /= 2)
        for (std::size_t k = 0; k < half; ++k) sums[k] += sums[k + half];
    return sums[0];
}

/// Mean and squared distances of what each lane has seen.
template <class Scalar>
class lane_moments {
public:
    /// Adds a piece that the first cache holds, in two passes; pieces are merged as by Chan, Golub and LeVeque (1979,
    /// eq. 2.1), so that no mean is far from the numbers that it is subtracted from.
    template <std::size_t Step, std::size_t GroupStep>
    ESPALIER_INLINE void add(const Scalar* first, std::size_t groups, std::size_t count) {
        using vector = simd<Scalar>;
        const auto added = static_cast<Scalar>(groups * count), all = count_ + added;
        const auto sum = [](const vector& so_far, const vector& x) ESPALIER_INLINE_LAMBDA { return so_far + x; };
        const vector mean = sum_registers<Step, GroupStep>(first, groups, count, sum) * vector(Scalar{1} / added);
        const auto square = [&](const vector& so_far, const vector& x) ESPALIER_INLINE_LAMBDA {
            const vector distance = x - mean;
            return multiply_add(distance, distance, so_far);
        };
        squares_ += sum_registers<Step, GroupStep>(first, groups, count, square);
        const vector apart = mean - mean_;
        mean_ = multiply_add(apart, vector(added / all), mean_);
        squares_ = multiply_add(apart * apart, vector(count_ * (added / all)), squares_);
        count_ = all;
    }

    /// Merges the first `lanes` lanes into what has been found.
    void merge_into(double& count, double& mean, double& squares, std::size_t lanes) const {
        if (count_ == 0) return;
        using vector = simd<Scalar>;
        const vector zero(Scalar{});
        const auto valid = lanes_before<Scalar>(lanes);
        const auto of_valid = [&](const vector& value)
                                  ESPALIER_INLINE_LAMBDA { return xsimd::hadd(xsimd::select(valid, value, zero)); };
        const Scalar mean_of_lanes = of_valid(mean_) / static_cast<Scalar>(lanes);
        const vector distance = mean_ - vector(mean_of_lanes);
        const double error = static_cast<double>(of_valid(distance)) / static_cast<double>(lanes);
        const double squares_of_lanes = of_valid(multiply_add(distance * distance, vector(count_), squares_));
        const double added = static_cast<double>(count_) * static_cast<double>(lanes), all = count + added;
        const double apart = (static_cast<double>(mean_of_lanes) + error) - mean;
        mean += apart * (added / all);
        squares += squares_of_lanes - added * error * error + apart * apart * count * (added / all);
        count = all;
    }

private:
    simd<Scalar> mean_ = simd<Scalar>(Scalar{});
    simd<Scalar> squares_ = simd<Scalar>(Scalar{});
    Scalar count_ = 0;
};

/// Calls f(block, vectors in it that hold samples, lanes of the last vector that do).
template <class Scalar, class Function>
ESPALIER_INLINE void for_each_block(std::size_t rows, Function&& f) {
    constexpr std::size_t width = simd_width<Scalar>;
    for (std::size_t block = 0; block * block_lanes<Scalar> < rows; ++block) {
        const std::size_t left = std::min(rows - block * block_lanes<Scalar>, block_lanes<Scalar>);
        const std::size_t vectors = (left + width - 1) / width;
        f(block, vectors, left - (vectors - 1) * width);
    }
}

}  // namespace detail

/// Mean and biased variance of a channel over rows and run.
template <class Scalar, std::size_t Channels, std::size_t Run>
detail::channel_moments<Scalar> batch_norm_moments(const Scalar* x, std::size_t rows, std::size_t channel) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    constexpr std::size_t block_step = Channels * Run * lanes;
    constexpr std::size_t piece = 32;  // features of two registers: 4 KB
    constexpr std::size_t blocks_at_once = Run < piece ? piece / Run : 1;
    const Scalar* const first = x + channel * Run * lanes;
    const std::size_t full = rows / lanes;
    detail::lane_moments<Scalar> whole, ragged;
    for (std::size_t block = 0; block < full; block += blocks_at_once) {
        const std::size_t blocks = std::min(blocks_at_once, full - block);
        for (std::size_t run = 0; run < Run; run += piece)
            whole.template add<width, block_step>(first + block * block_step + run * lanes, blocks,
                                                  2 * std::min(piece, Run - run));
    }
    double count = 0, mean = 0, squares = 0;
    whole.merge_into(count, mean, squares, width);
    for (std::size_t done = full * lanes; done < rows; done += width) {
        detail::lane_moments<Scalar> vector;
        for (std::size_t run = 0; run < Run; run += 2 * piece)
            vector.template add<lanes, block_step>(first + full * block_step + run * lanes + done % lanes, 1,
                                                   std::min(2 * piece, Run - run));
        vector.merge_into(count, mean, squares, std::min(width, rows - done));
    }
    return {static_cast<Scalar>(mean), static_cast<Scalar>(squares / count)};
}

/// (x − mean) · factor + shift of a channel, which the epilogue takes register by register.
template <class Scalar, std::size_t Channels, std::size_t Run, class Epilogue>
ESPALIER_INLINE void batch_norm_forward(const Scalar* x, std::size_t rows, std::size_t channel, Scalar mean,
                                        Scalar factor, Scalar shift, Epilogue& epilogue) {
    using vector = simd<Scalar>;
    const vector centre(mean), scale(factor), moved(shift);
    detail::for_each_block<Scalar>(
        rows, [&](std::size_t block, std::size_t vectors, std::size_t) ESPALIER_INLINE_LAMBDA {
            const Scalar* const from = x + (block * Channels + channel) * Run * block_lanes<Scalar>;
            for (std::size_t i = 0; i < Run; ++i)
                for (std::size_t v = 0; v < vectors; ++v) {
                    const vector distance = load(from + i * block_lanes<Scalar> + v * simd_width<Scalar>) - centre;
                    epilogue(block, channel * Run + i, v, multiply_add(distance, scale, moved));
                }
        });
}

template <class Scalar>
struct batch_norm_sums {
    Scalar delta;         ///< Σ δ: the gradient of the bias
    Scalar standardised;  ///< Σ δ (x − mean) · inverse_deviation: the gradient of the weight
};

/// The sums over a channel that its gradients need. δ is zero in the lanes past the rows.
template <class Scalar, std::size_t Channels, std::size_t Run>
batch_norm_sums<Scalar> batch_norm_gradient_sums(const Scalar* x, const Scalar* delta, std::size_t rows,
                                                 std::size_t channel, Scalar mean, Scalar inverse_deviation) {
    using vector = simd<Scalar>;
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>, chains = 4;
    const vector centre(mean), zero(Scalar{});
    vector sum = zero, weighted = zero;
    detail::for_each_block<Scalar>(
        rows, [&](std::size_t block, std::size_t vectors, std::size_t) ESPALIER_INLINE_LAMBDA {
            const std::size_t first = (block * Channels + channel) * Run * lanes;
            vector sums[chains], products[chains];  // of this block alone: short sums round less
            for (std::size_t k = 0; k < chains; ++k) sums[k] = products[k] = zero;
            const auto add = [&](std::size_t k, std::size_t at) ESPALIER_INLINE_LAMBDA {
                const vector arriving = load(delta + first + at);
                sums[k] += arriving;
                products[k] = multiply_add(arriving, load(x + first + at) - centre, products[k]);
            };
            std::size_t i = 0;
            if (vectors == 2) {
                for (; 2 * i + chains <= 2 * Run; i += chains / 2) {
                    ESPALIER_UNROLL
                    for (std::size_t k = 0; k < chains; ++k) add(k, i * lanes + k * width);
                }
            }
            for (; i < Run; ++i)
                for (std::size_t v = 0; v < vectors; ++v) add(0, i * lanes + v * width);
            sum += (sums[0] + sums[1]) + (sums[2] + sums[3]);
            weighted += (products[0] + products[1]) + (products[2] + products[3]);
        });
    return {xsimd::hadd(sum), xsimd::hadd(weighted) * inverse_deviation};
}

/// ∇x = (δ − delta_mean − (x − mean) · slope) · factor of a channel, which the epilogue takes register by register;
/// zero in the lanes past the rows. With running statistics, which x does not move, delta_mean and slope are zero.
template <class Scalar, std::size_t Channels, std::size_t Run, class Epilogue>
ESPALIER_INLINE void batch_norm_input_gradient(const Scalar* x, const Scalar* delta, std::size_t rows,
                                               std::size_t channel, Scalar mean, Scalar delta_mean, Scalar slope,
                                               Scalar factor, Epilogue& epilogue) {
    using vector = simd<Scalar>;
    const vector centre(mean), common(delta_mean), tilt(-slope), scale(factor);
    detail::for_each_block<Scalar>(rows, [&](std::size_t block, std::size_t vectors,
                                             std::size_t last_lanes) ESPALIER_INLINE_LAMBDA {
        const std::size_t first = (block * Channels + channel) * Run * block_lanes<Scalar>;
        const vector of_last = xsimd::select(lanes_before<Scalar>(last_lanes), scale, vector(Scalar{}));
        const vector factors[2] = {vectors == 1 ? of_last : scale, of_last};
        for (std::size_t i = 0; i < Run; ++i)
            for (std::size_t v = 0; v < vectors; ++v) {
                const std::size_t at = first + i * block_lanes<Scalar> + v * simd_width<Scalar>;
                const vector straight = load(delta + at) - common;
                epilogue(block, channel * Run + i, v, multiply_add(load(x + at) - centre, tilt, straight) * factors[v]);
            }
    });
}

}  // namespace espalier::kernel
