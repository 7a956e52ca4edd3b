// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/kernel/tile.hpp>

namespace espalier::kernel {

namespace detail {

/// z = W a + b, with outputs in the parts that for_parts(f) makes of them: f(height, first).
template <class Strip, class Scalar, class Bias, class Epilogue, class ForParts>
ESPALIER_PART void multiply_weights(const Strip& strip, std::size_t in, const Scalar* weight, Bias bias,
                                    const Scalar* input, std::size_t rows, Epilogue& epilogue,
                                    const ForParts& for_parts) {
    for_each_run<Scalar>(in, rows, [&](std::size_t first_block, std::size_t last_block) ESPALIER_PART_LAMBDA {
        // A strip of weights comes from memory once for all blocks of the run, which stay in the cache.
        for_parts([&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
            multiply_strip<height, calls_in_loop<Epilogue>>(
                strip, weight + first * in, input, in, first_block, last_block, rows,
                [&](std::size_t row) ESPALIER_PART_LAMBDA {
                    if constexpr (std::is_same_v<Bias, no_bias>)
                        return simd<Scalar>(Scalar{});
                    else
                        return simd<Scalar>(bias[first + row]);
                },
                [&](std::size_t block, std::size_t row, auto vector, const simd<Scalar>& z)
                    ESPALIER_PART_LAMBDA { epilogue(block, first + row, vector, z); });
        });
    });
}

}  // namespace detail

/// z = W a + b for a batch: for each (block, feature, vector) that holds samples, once,
/// epilogue(block, feature, std::integral_constant vector, z), which applies the activation and stores.
///
/// weight [Out][In]; bias const Scalar* [Out], or no_bias; input [block][In][lanes]; `rows` ≥ 1 samples.
template <class Scalar, std::size_t In, std::size_t Out, class Bias, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void dense_forward(const Scalar* weight, Bias bias, const Scalar* input,
                                                      std::size_t rows, Epilogue& epilogue) {
    constexpr operands<In, 1, block_lanes<Scalar>> strip;
    detail::multiply_weights(strip, In, weight, bias, input, rows, epilogue,
                             [](const auto& f) ESPALIER_PART_LAMBDA { for_each_part<Out, tallest_tile(2)>(f); });
}

}  // namespace espalier::kernel
