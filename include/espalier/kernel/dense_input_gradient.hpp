// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <espalier/kernel/tile.hpp>

namespace espalier::kernel {

/// ∇_a C = Wᵀ δ for a batch: for each (block, input feature, vector) that holds samples, once,
/// epilogue(block, feature, std::integral_constant vector, value), which multiplies by f′ and stores.
///
/// weight [Out][In]; delta [block][Out][lanes]; `rows` ≥ 1 samples.
template <class Scalar, std::size_t In, std::size_t Out, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void dense_input_gradient(const Scalar* weight, const Scalar* delta,
                                                             std::size_t rows, [[maybe_unused]] Scalar* scratch,
                                                             Epilogue& epilogue) {
    for_each_run<Scalar>(Out, rows, [&](std::size_t first_block, std::size_t last_block) ESPALIER_PART_LAMBDA {
        for_each_part<In, tallest_tile(2)>([&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
            constexpr bool copies = detail::copies_columns<Scalar, In, Out>;
            constexpr std::size_t stride = detail::copied_columns<Scalar>;
            const Scalar* columns = weight + first;
            if constexpr (copies) {
                for (std::size_t row = 0; row + 1 < Out; ++row) {
                    ESPALIER_UNROLL
                    for (std::size_t i = 0; i < stride; i += simd_width<Scalar>)
                        store(scratch + row * stride + i, load(columns + row * In + i));
                }
                std::memcpy(scratch + (Out - 1) * stride, columns + (Out - 1) * In, height * sizeof(Scalar));
                columns = scratch;
            }
            constexpr operands<1, copies ? stride : In, block_lanes<Scalar>> strip;
            multiply_strip<height, detail::calls_in_loop<Epilogue>>(
                strip, columns, delta, Out, first_block, last_block, rows,
                [](std::size_t) ESPALIER_PART_LAMBDA { return simd<Scalar>(Scalar{}); },
                [&](std::size_t block, std::size_t row, auto vector, const simd<Scalar>& value)
                    ESPALIER_PART_LAMBDA { epilogue(block, first + row, vector, value); });
        });
    });
}

}  // namespace espalier::kernel
