// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>

#include <espalier/core/simd.hpp>

namespace espalier::kernel {

namespace detail {

/// Runs `steps` rounds of multiply-adds on registers only, and returns how many floating-point operations that was.
template <class Scalar>
[[gnu::noinline]] double multiply_add_registers(std::size_t steps) {
    constexpr std::size_t sums = 12;  // latency 5 times two a cycle is 10; with two operands they fit 16 registers
    simd<Scalar> factor(Scalar(0.5)), term(Scalar(1)), sum[sums];
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < sums; ++i) {
        sum[i] = term;
        keep_in_register(sum[i]);  // or the compiler sees that all sums are the same one
    }
    for (std::size_t step = 0; step < steps; ++step) {
        keep_in_register(factor);
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < sums; ++i) sum[i] = multiply_add(sum[i], factor, term);
    }
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < sums; ++i) keep_in_register(sum[i]);
    return 2.0 * sums * simd_width<Scalar> * static_cast<double>(steps);
}

}  // namespace detail

/// The peak of this core in GFLOP/s (a multiply-add counts two), measured in about 20 ms: the fastest of many short
/// runs, so that an interrupted one does not count.
template <class Scalar>
double fma_peak() {
    using clock = std::chrono::steady_clock;
    double fastest = 0;
    for (const auto begin = clock::now(); clock::now() - begin < std::chrono::milliseconds(20);) {
        const auto start = clock::now();
        const double operations = detail::multiply_add_registers<Scalar>(10'000);
        const std::chrono::duration<double, std::nano> elapsed = clock::now() - start;
        fastest = std::max(fastest, operations / elapsed.count());
    }
    return fastest;
}

}  // namespace espalier::kernel
