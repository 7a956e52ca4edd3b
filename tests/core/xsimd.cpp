// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/core/simd.hpp>

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>

namespace {

__attribute__((target("avx512f"))) void add(const float* a, const float* b, float* sum) {
    _mm512_storeu_ps(sum, _mm512_add_ps(_mm512_loadu_ps(a), _mm512_loadu_ps(b)));
}

}  // namespace

TEST_CASE("a program may use AVX-512 of its own behind the library's headers") {
    if (!__builtin_cpu_supports("avx512f")) return;
    const std::array<float, 16> a{1, 2}, b{3, 4};
    std::array<float, 16> sum{};
    add(a.data(), b.data(), sum.data());
    CHECK(sum[0] == 4);
    CHECK(sum[1] == 6);
}
#endif
