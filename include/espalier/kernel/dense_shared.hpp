// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <type_traits>

#include <espalier/kernel/dense.hpp>
#include <espalier/kernel/dense_forward.hpp>
#include <espalier/kernel/dense_weight_gradient.hpp>
#include <espalier/kernel/tile.hpp>

/// The products of a dense layer with extents that are known when the program runs, so that layers of different widths
/// share code: what changes it is only the height of the tiles and the epilogue. The same sums in the same order as in
/// the kernels of fixed extents, and at most a few per cent slower.
namespace espalier::kernel {

/// As dense_forward; Height is even_part<out, tallest_tile(2)>.
template <std::size_t Height, class Scalar, class Bias, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void shared_dense_forward(std::size_t in, std::size_t out, const Scalar* weight,
                                                             Bias bias, const Scalar* input, std::size_t rows,
                                                             Epilogue& epilogue) {
    const operands_by_rows<1, block_lanes<Scalar>> strip{in};
    detail::multiply_weights(strip, in, weight, bias, input, rows, epilogue, [&](const auto& f) ESPALIER_PART_LAMBDA {
        for_each_part_of<Height, tallest_tile(2)>(out, f);
    });
}

/// As dense_input_gradient; Height is even_part<in, tallest_tile(2)>.
template <std::size_t Height, class Scalar, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void shared_dense_input_gradient(std::size_t in, std::size_t out,
                                                                    const Scalar* weight, const Scalar* delta,
                                                                    std::size_t rows, bool copies, Scalar* scratch,
                                                                    Epilogue& epilogue) {
    constexpr std::size_t stride = detail::copied_columns<Scalar>;
    const operands_by_steps<1, block_lanes<Scalar>> strip{copies ? stride : in};
    for_each_run<Scalar>(out, rows, [&](std::size_t first_block, std::size_t last_block) ESPALIER_PART_LAMBDA {
        for_each_part_of<Height, tallest_tile(2)>(in, [&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
            const Scalar* columns = weight + first;
            if (copies) {
                for (std::size_t row = 0; row < out; ++row)
                    std::memcpy(scratch + row * stride, columns + row * in, height * sizeof(Scalar));
                columns = scratch;
            }
            multiply_strip<height, detail::calls_in_loop<Epilogue>>(
                strip, columns, delta, out, first_block, last_block, rows,
                [](std::size_t) ESPALIER_PART_LAMBDA { return simd<Scalar>(Scalar{}); },
                [&](std::size_t block, std::size_t row, auto vector, const simd<Scalar>& value)
                    ESPALIER_PART_LAMBDA { epilogue(block, first + row, vector, value); });
        });
    });
}

namespace detail {

/// The last columns where they are so few, as dense_weight_gradient has them.
template <std::size_t Columns, class Scalar>
[[gnu::noinline]] ESPALIER_FLATTEN void shared_last_columns(std::size_t in, std::size_t out, const Scalar* delta,
                                                            const Scalar* input, std::size_t rows,
                                                            Scalar* weight_gradient) {
    constexpr std::size_t lanes = block_lanes<Scalar>, height = simd_width<Scalar> / Columns;
    for_each_window_of<height>(out, [&](std::size_t first) ESPALIER_PART_LAMBDA {
        sum_last_tile<height, Columns>(in, out, in, delta + first * lanes, input + (in - Columns) * lanes, rows,
                                       weight_gradient + first * in + in - Columns, true, descent<Scalar>{});
    });
}

}  // namespace detail

/// As dense_weight_gradient; Height is even_part<out, tallest_tile(2)>, and in is at least two vectors.
template <std::size_t Height, class Scalar>
[[gnu::noinline]] ESPALIER_FLATTEN void shared_dense_weight_gradient(std::size_t in, std::size_t out,
                                                                     const Scalar* delta, const Scalar* input,
                                                                     std::size_t rows, Scalar* scratch,
                                                                     Scalar* weight_gradient) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    constexpr std::size_t samples = std::max<std::size_t>(near_cache / (2 * width * sizeof(Scalar) * lanes), 1) * lanes;
    const descent<Scalar> stores{};
    const auto sum_columns = [&](auto vectors, std::size_t column) ESPALIER_PART_LAMBDA {
        for (std::size_t row = 0; row < rows; row += samples) {
            const std::size_t count = std::min(samples, rows - row);
            detail::transpose_columns<vectors>(in, input, column, row, count, scratch);
            for_each_part_of<Height, tallest_tile(2)>(out, [&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
                detail::add_outer_products<height, vectors>(in, out, delta + row * out + first * lanes, scratch, count,
                                                            weight_gradient + first * in + column, row == 0, stores, 0);
            });
        }
    };
    const std::size_t rest = in % (2 * width);
    const bool narrow = width / 4 < rest && rest <= width;
    for_each_window_of<2 * width>(rest <= width ? in - rest : in, [&](std::size_t column) ESPALIER_PART_LAMBDA {
        sum_columns(std::integral_constant<std::size_t, 2>{}, column);
    });
    if (narrow) sum_columns(std::integral_constant<std::size_t, 1>{}, in - width);
    unroll<width / 4>([&](auto before) ESPALIER_PART_LAMBDA {
        if (rest == before + 1) detail::shared_last_columns<before + 1>(in, out, delta, input, rows, weight_gradient);
    });
}

}  // namespace espalier::kernel
