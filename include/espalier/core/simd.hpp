// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

#include <espalier/core/lanes.hpp>
#include <espalier/core/xsimd.hpp>

/// On a function: `ESPALIER_INLINE void f()`; on a lambda: `[&](auto i) ESPALIER_INLINE_LAMBDA { … }`.
/// Without it g++ and clang leave tiles as calls, which costs 5 to 16 points of the FMA peak.
///
/// ESPALIER_PART and ESPALIER_PART_LAMBDA mark what ESPALIER_FLATTEN functions call: the parts of a kernel, around its
/// registers, and kernels of a single sample, which are parts of the network's pass. g++ optimises a function before it
/// is inlined, so that each level of always_inline around a tile had the whole tile optimised once more (half of the
/// time that kernels took to compile); flatten inlines all levels at once. clang's flatten is one level deep, and its
/// always_inline costs nothing like that.
///
/// ESPALIER_UNROLL stands before a loop over registers with a constant count: it is unrolled, and the elements of the
/// array become registers. Several times cheaper to compile than a fold over an index sequence, and as fast.
/// With AddressSanitizer every access carries checks, and unrolled tiles would take minutes to compile.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ESPALIER_CHECKED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ESPALIER_CHECKED
#endif
#if defined(ESPALIER_CHECKED)
#define ESPALIER_INLINE inline
#define ESPALIER_INLINE_LAMBDA
#define ESPALIER_UNROLL
#else
#define ESPALIER_INLINE [[gnu::always_inline]] inline
#define ESPALIER_INLINE_LAMBDA __attribute__((always_inline))
#define ESPALIER_UNROLL _Pragma("GCC unroll 64")
#endif
#if defined(ESPALIER_CHECKED) || defined(__clang__)
#define ESPALIER_FLATTEN
#define ESPALIER_PART ESPALIER_INLINE
#define ESPALIER_PART_LAMBDA ESPALIER_INLINE_LAMBDA
#else
#define ESPALIER_FLATTEN [[gnu::flatten]]
#define ESPALIER_PART inline
#define ESPALIER_PART_LAMBDA
#endif

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

/// a · b + c, rounded once where the machine can. xsimd 8.1 has no fused form for AVX-512 and spells it a product and
/// a sum over two intrinsics, which clang does not contract. g++ contracts one expression of its own vectors always,
/// clang only where it has not computed the product already: a result would hang on what stands around it.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> multiply_add(const simd<Scalar>& a, const simd<Scalar>& b, const simd<Scalar>& c) {
#if defined(__AVX512F__) && defined(__clang__)
    return simd<Scalar>(__builtin_elementwise_fma(a.data, b.data, c.data));
#elif defined(__AVX512F__)
    return simd<Scalar>(a.data * b.data + c.data);
#else
    return xsimd::fma(a, b, c);
#endif
}

/// Calls f(std::integral_constant<std::size_t, I>) for I in 0 … Count − 1, unrolled.
template <std::size_t Count, class Function>
ESPALIER_INLINE constexpr void unroll(Function&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) ESPALIER_INLINE_LAMBDA {
        (f(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Count>{});
}

/// Calls f(std::integral_constant<std::size_t, I>) for I in First … First + Count − 1, in order: for lists of layers,
/// of any length (a fold ends at 256 on clang), and not inlined by force.
template <std::size_t Count, std::size_t First = 0, class Function>
constexpr void for_each_index(Function&& f) {
    constexpr std::size_t at_once = 32;
    if constexpr (Count <= at_once) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (f(std::integral_constant<std::size_t, First + I>{}), ...);
        }(std::make_index_sequence<Count>{});
    } else {
        constexpr std::size_t half = Count / 2;
        for_each_index<half, First>(f);
        for_each_index<Count - half, First + half>(f);
    }
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
struct simd_square {
    simd<Scalar> rows[simd_width<Scalar>];
};

/// Transposes a square: first inside each piece, then the pieces; log2(width) shuffles a register.
template <class Scalar>
ESPALIER_INLINE void transpose(simd_square<Scalar>& square) {
    constexpr std::size_t size = detail::piece_lanes<Scalar>;
    constexpr std::size_t pieces = detail::pieces<Scalar>;
    using low = detail::interleaved<Scalar, false>;
    using high = detail::interleaved<Scalar, true>;
    using even = detail::alternate_pieces<Scalar, false>;
    using odd = detail::alternate_pieces<Scalar, true>;
    ESPALIER_UNROLL
    for (std::size_t stage = 1; stage < size; stage *= 2) {
        const auto [from] = square;
        ESPALIER_UNROLL
        for (std::size_t pair = 0; pair < simd_width<Scalar> / 2; ++pair) {
            const std::size_t group = pair / (size / 2) * size, k = pair % (size / 2);
            square.rows[group + 2 * k] = detail::shuffle<low>(from[group + k], from[group + k + size / 2]);
            square.rows[group + 2 * k + 1] = detail::shuffle<high>(from[group + k], from[group + k + size / 2]);
        }
    }
    ESPALIER_UNROLL
    for (std::size_t stage = 1; stage < pieces; stage *= 2) {
        const auto [from] = square;
        ESPALIER_UNROLL
        for (std::size_t pair = 0; pair < simd_width<Scalar> / 2; ++pair) {
            const std::size_t lane = pair % size, k = pair / size, a = 2 * k * size + lane;
            square.rows[k * size + lane] = detail::shuffle<even>(from[a], from[a + size]);
            square.rows[(k + pieces / 2) * size + lane] = detail::shuffle<odd>(from[a], from[a + size]);
        }
    }
}

namespace detail {

/// The stages of a transpose, adding instead of keeping both halves.
template <class Scalar, std::size_t Count>
ESPALIER_INLINE simd<Scalar> sum_lanes(const simd<Scalar> (&rows)[Count]) {
    if constexpr (Count == 1) {
        return rows[0];
    } else {
        constexpr bool in_pieces = Count > pieces<Scalar>;
        using first = std::conditional_t<in_pieces, interleaved<Scalar, false>, alternate_pieces<Scalar, false>>;
        using second = std::conditional_t<in_pieces, interleaved<Scalar, true>, alternate_pieces<Scalar, true>>;
        constexpr std::size_t distance = in_pieces ? Count / pieces<Scalar> / 2 : 1;
        simd<Scalar> sums[Count / 2];
        ESPALIER_UNROLL
        for (std::size_t pair = 0; pair < Count / 2; ++pair) {
            const std::size_t a = pair / distance * 2 * distance + pair % distance;
            sums[pair] = shuffle<first>(rows[a], rows[a + distance]) + shuffle<second>(rows[a], rows[a + distance]);
        }
        return sum_lanes<Scalar>(sums);
    }
}

}  // namespace detail

/// Lane l of the result is the sum of the lanes of square[l]. Rows that are constant zeros cost nothing.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> sum_lanes(const simd_square<Scalar>& square) {
    return detail::sum_lanes<Scalar>(square.rows);
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
