// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

#include <espalier/core/lanes.hpp>
// g++ 12 takes the deliberately undefined registers inside the AVX-512 intrinsics for a mistake (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <xsimd/xsimd.hpp>
#pragma GCC diagnostic pop
#else
#include <xsimd/xsimd.hpp>
#endif

/// On a function: `ESPALIER_INLINE void f()`; on a lambda: `[&](auto i) ESPALIER_INLINE_LAMBDA { … }`.
/// Without it g++ and clang leave tiles as calls, which costs 5 to 16 points of the FMA peak.
#define ESPALIER_INLINE [[gnu::always_inline]] inline
#define ESPALIER_INLINE_LAMBDA __attribute__((always_inline))

namespace espalier {

/// One SIMD register of scalars, of the best instruction set that the compiler may use.
template <class Scalar>
using simd = xsimd::batch<Scalar>;

static_assert(simd<float>::size == simd_width<float>, "core/lanes.hpp and xsimd disagree on the vector width");
static_assert(simd<double>::size == simd_width<double>, "core/lanes.hpp and xsimd disagree on the vector width");

template <class Scalar>
ESPALIER_INLINE simd<Scalar> load(const Scalar* from) {
    return simd<Scalar>::load_unaligned(from);
}

template <class Scalar>
ESPALIER_INLINE void store(Scalar* to, const simd<Scalar>& value) {
    value.store_unaligned(to);
}

/// Keeps a value that several multiply-adds share in a register: g++ 12 otherwise folds its load into each of
/// them as a memory operand (61 instead of 89 % of the FMA peak on AVX2).
template <class Scalar>
ESPALIER_INLINE void keep_in_register([[maybe_unused]] simd<Scalar>& value) {
#if defined(__AVX512F__)
    asm volatile("" : "+v"(value.data));
#elif defined(__x86_64__)
    asm volatile("" : "+x"(value.data));
#elif defined(__aarch64__)
    asm volatile("" : "+w"(value.data));
#endif
}

/// Calls f(std::integral_constant<std::size_t, I>) for I in 0 … Count − 1, unrolled.
template <std::size_t Count, class Function>
ESPALIER_INLINE constexpr void unroll(Function&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) ESPALIER_INLINE_LAMBDA {
        (f(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Count>{});
}

namespace detail {

/// Registers consist of pieces of 128 bits: shuffles that stay inside them, or move whole ones, are one instruction.
template <class Scalar>
inline constexpr std::size_t piece_lanes = 16 / sizeof(Scalar);

template <class Scalar>
inline constexpr std::size_t pieces = simd_width<Scalar> / piece_lanes<Scalar>;

/// Lane l of the result is lane Source::of(l) of a and b, written one after the other.
template <class Source, class Scalar>
ESPALIER_INLINE simd<Scalar> shuffle(const simd<Scalar>& a, const simd<Scalar>& b) {
    return [&]<std::size_t... Lane>(std::index_sequence<Lane...>) ESPALIER_INLINE_LAMBDA {
        return simd<Scalar>(__builtin_shufflevector(a.data, b.data, static_cast<int>(Source::of(Lane))...));
    }(std::make_index_sequence<simd_width<Scalar>>{});
}

/// The lower or upper halves of the pieces of a and b, interleaved: a0 b0 a1 b1 …, or a2 b2 a3 b3 ….
template <class Scalar, bool Upper>
struct interleaved {
    static constexpr std::size_t of(std::size_t lane) {
        constexpr std::size_t size = piece_lanes<Scalar>;
        return lane / size * size + lane % size / 2 + (Upper ? size / 2 : 0) + lane % 2 * simd_width<Scalar>;
    }
};

/// The pieces of a and b with even numbers, or with odd ones.
template <class Scalar, bool Odd>
struct alternate_pieces {
    static constexpr std::size_t of(std::size_t lane) {
        constexpr std::size_t size = piece_lanes<Scalar>;
        return (2 * (lane / size) + (Odd ? 1 : 0)) * size + lane % size;
    }
};

}  // namespace detail

/// As many registers as one has lanes: a square of scalars.
template <class Scalar>
using simd_square = std::array<simd<Scalar>, simd_width<Scalar>>;

/// Transposes a square: first inside each piece, then the pieces; log2(width) shuffles a register.
template <class Scalar>
ESPALIER_INLINE void transpose(simd_square<Scalar>& rows) {
    constexpr std::size_t size = detail::piece_lanes<Scalar>;
    constexpr std::size_t pieces = detail::pieces<Scalar>;
    using low = detail::interleaved<Scalar, false>;
    using high = detail::interleaved<Scalar, true>;
    using even = detail::alternate_pieces<Scalar, false>;
    using odd = detail::alternate_pieces<Scalar, true>;
    for (std::size_t stage = 1; stage < size; stage *= 2) {
        const simd_square<Scalar> from = rows;
        unroll<simd_width<Scalar> / 2>([&](auto pair) ESPALIER_INLINE_LAMBDA {
            constexpr std::size_t group = pair / (size / 2) * size, k = pair % (size / 2);
            rows[group + 2 * k] = detail::shuffle<low>(from[group + k], from[group + k + size / 2]);
            rows[group + 2 * k + 1] = detail::shuffle<high>(from[group + k], from[group + k + size / 2]);
        });
    }
    for (std::size_t stage = 1; stage < pieces; stage *= 2) {
        const simd_square<Scalar> from = rows;
        unroll<simd_width<Scalar> / 2>([&](auto pair) ESPALIER_INLINE_LAMBDA {
            constexpr std::size_t lane = pair % size, k = pair / size;
            const auto &a = from[2 * k * size + lane], &b = from[(2 * k + 1) * size + lane];
            rows[k * size + lane] = detail::shuffle<even>(a, b);
            rows[(k + pieces / 2) * size + lane] = detail::shuffle<odd>(a, b);
        });
    }
}

/// Lane l of the result is the sum of the lanes of rows[l]: the stages of a transpose, adding instead of keeping
/// both halves. Rows that are constant zeros cost nothing.
template <class Scalar, std::size_t Count>
ESPALIER_INLINE simd<Scalar> sum_lanes(const std::array<simd<Scalar>, Count>& rows) {
    if constexpr (Count == 1) {
        return rows[0];
    } else {
        constexpr std::size_t group = Count / detail::pieces<Scalar>;
        constexpr bool inside_pieces = group > 1;
        using first = std::conditional_t<inside_pieces, detail::interleaved<Scalar, false>,
                                         detail::alternate_pieces<Scalar, false>>;
        using second = std::conditional_t<inside_pieces, detail::interleaved<Scalar, true>,
                                          detail::alternate_pieces<Scalar, true>>;
        std::array<simd<Scalar>, Count / 2> sums;
        unroll<Count / 2>([&](auto pair) ESPALIER_INLINE_LAMBDA {
            constexpr std::size_t half = inside_pieces ? group / 2 : 1;
            constexpr std::size_t a = pair / half * 2 * half + pair % half, b = a + half;
            sums[pair] = detail::shuffle<first>(rows[a], rows[b]) + detail::shuffle<second>(rows[a], rows[b]);
        });
        return sum_lanes<Scalar>(sums);
    }
}

namespace detail {

/// The compiler's own vector of 2 … width lanes: what is narrower than a register is put together from these.
template <class Scalar, std::size_t Lanes>
struct vector_of {
    typedef Scalar type __attribute__((vector_size(Lanes * sizeof(Scalar))));
};

template <std::size_t Lanes, std::size_t Count, class Scalar>
ESPALIER_INLINE auto load_lanes(const Scalar* from) {
    using vector = typename vector_of<Scalar, Lanes>::type;
    if constexpr (Count == 0) {
        return vector{};
    } else if constexpr (Count == Lanes) {
        vector all;
        std::memcpy(&all, from, sizeof all);
        return all;
    } else if constexpr (Lanes == 2) {
        return vector{from[0], Scalar{}};
    } else {
        constexpr std::size_t low_count = Count < Lanes / 2 ? Count : Lanes / 2;
        const auto low = load_lanes<Lanes / 2, low_count>(from);
        const auto high = load_lanes<Lanes / 2, Count - low_count>(from + low_count);
        return [&]<std::size_t... Lane>(std::index_sequence<Lane...>) ESPALIER_INLINE_LAMBDA {
            return __builtin_shufflevector(low, high, static_cast<int>(Lane)...);
        }(std::make_index_sequence<Lanes>{});
    }
}

template <std::size_t Lanes, std::size_t Count, class Scalar>
ESPALIER_INLINE void store_lanes(Scalar* to, const typename vector_of<Scalar, Lanes>::type& value) {
    if constexpr (Count == Lanes) {
        std::memcpy(to, &value, sizeof value);
    } else if constexpr (Count == 1) {
        *to = value[0];
    } else {
        constexpr std::size_t low_count = Count < Lanes / 2 ? Count : Lanes / 2;
        [&]<std::size_t... Lane>(std::index_sequence<Lane...>) ESPALIER_INLINE_LAMBDA {
            store_lanes<Lanes / 2, low_count>(to, __builtin_shufflevector(value, value, static_cast<int>(Lane)...));
            if constexpr (Count > low_count)
                store_lanes<Lanes / 2, Count - low_count>(
                    to + low_count, __builtin_shufflevector(value, value, static_cast<int>(Lanes / 2 + Lane)...));
        }(std::make_index_sequence<Lanes / 2>{});
    }
}

}  // namespace detail

/// Loads Count scalars and touches no other; the lanes past them are zero.
template <std::size_t Count, class Scalar>
ESPALIER_INLINE simd<Scalar> load_partial(const Scalar* from) {
    static_assert(0 < Count && Count <= simd_width<Scalar>);
    const auto lanes = detail::load_lanes<simd_width<Scalar>, Count>(from);
    return simd<Scalar>(reinterpret_cast<const typename simd<Scalar>::register_type&>(lanes));
}

/// Stores the first Count lanes and touches nothing past them.
template <std::size_t Count, class Scalar>
ESPALIER_INLINE void store_partial(Scalar* to, const simd<Scalar>& value) {
    static_assert(0 < Count && Count <= simd_width<Scalar>);
    using vector = typename detail::vector_of<Scalar, simd_width<Scalar>>::type;
    detail::store_lanes<simd_width<Scalar>, Count>(to, reinterpret_cast<const vector&>(value.data));
}

}  // namespace espalier
