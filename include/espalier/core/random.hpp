// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

/// Random numbers that are the same bits on every platform: a counter-based generator and what is drawn from it.
namespace espalier {

/// Threefry2x32 with 20 rounds (Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011): a keyed
/// bijection of 64-bit counters that passes BigCrush. Any counter can be asked for in any order, so the result does
/// not depend on who draws first. Word is std::uint32_t, or a SIMD batch of it for one counter a lane.
template <class Word = std::uint32_t>
constexpr std::array<Word, 2> threefry(std::array<Word, 2> key, std::array<Word, 2> counter) {
    constexpr int rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
    const Word schedule[3] = {key[0], key[1], key[0] ^ key[1] ^ Word(0x1BD11BDAu)};
    Word left = counter[0] + schedule[0];
    Word right = counter[1] + schedule[1];
    for (unsigned injection = 1; injection <= 5; ++injection) {
        for (unsigned round = 0; round < 4; ++round) {  // short enough that compilers unroll: the shifts are constants
            const int rotation = rotations[(injection - 1) % 2 * 4 + round];
            left = left + right;
            right = ((right << rotation) | (right >> (32 - rotation))) ^ left;
        }
        left = left + schedule[injection % 3];
        right = right + schedule[(injection + 1) % 3] + Word(injection);
    }
    return {left, right};
}

/// What a whole run's randomness starts from: `ep::seed{42}`.
struct seed {
    std::uint64_t value;
};

namespace detail {

constexpr std::array<std::uint32_t, 2> low_and_high(std::uint64_t value) {
    return {static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(value >> 32)};
}

/// FNV-1a, 64 bits.
constexpr std::uint64_t hash_of(std::string_view name) {
    std::uint64_t hash = 0xCBF29CE484222325u;
    for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3u;
    return hash;
}

/// c[0] + c[1] x + … by Horner's rule.
template <std::size_t Count>
double horner(double x, const double (&coefficients)[Count]) {
    double sum = coefficients[Count - 1];
    for (std::size_t i = Count - 1; i-- > 0;) sum = std::fma(sum, x, coefficients[i]);
    return sum;
}

/// ln x for a normal positive x, within 2 ulp where |ln x| > 0.5. The C library's logarithm differs between
/// platforms in the last bit, this one does not: 2 artanh((m - 1) / (m + 1)) for the mantissa m in [0.7, 1.41).
inline double portable_log(double x) {
    constexpr std::uint64_t root_half = 0x3FE6A09E00000000u;
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(x) - root_half;
    const auto exponent = static_cast<double>(static_cast<std::int64_t>(bits) >> 52);
    const auto mantissa = std::bit_cast<double>((bits & 0x000FFFFFFFFFFFFFu) + root_half);
    const double ratio = (mantissa - 1) / (mantissa + 1);
    const double artanh = ratio * horner(ratio * ratio, {1, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13,
                                                         1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23});
    constexpr double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
    return std::fma(exponent, ln2_high, std::fma(exponent, ln2_low, 2 * artanh));
}

/// The normal deviate below which a share `p` in (0, 1) lies, to 1 in 10^16 (Wichura, Algorithm AS 241, PPND16,
/// Applied Statistics 37, 1988). Every product that meets a sum is an explicit fma, so no compiler's contraction
/// changes a bit.
inline double normal_quantile(double p) {
    const double q = p - 0.5;
    if (std::abs(q) <= 0.425) {
        const double r = std::fma(-q, q, 0.180625);
        return q *
               horner(r, {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                          1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                          3.3430575583588128105e4, 2.5090809287301226727e3}) /
               horner(r, {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                          2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
                          5.2264952788528545610e3});
    }
    const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
    const double size =
        r <= 5 ? horner(r - 1.6, {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                                  3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4}) /
                     horner(r - 1.6, {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
                                      6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
                                      5.47593808499534494600e-4, 1.05075007164441684324e-9})
               : horner(r - 5, {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                                2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7}) /
                     horner(r - 5, {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
                                    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
                                    1.42151175831644588870e-7, 2.04426310338993978564e-15});
    return q < 0 ? -size : size;
}

}  // namespace detail

/// An endless sequence of random numbers that a seed, a name and a number choose: streams that differ in any of the
/// three are independent, e.g. `random_stream{seed{42}, "shuffle", epoch}`. Also a UniformRandomBitGenerator.
class random_stream {
public:
    using result_type = std::uint32_t;

    constexpr random_stream(seed from, std::string_view name, std::uint64_t number = 0)
        : key_(threefry(threefry(detail::low_and_high(from.value), detail::low_and_high(detail::hash_of(name))),
                        detail::low_and_high(number))) {}
    constexpr random_stream(seed from, std::uint64_t number) : random_stream(from, std::string_view{}, number) {}

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    /// For those who draw by counter instead of in sequence: `threefry(stream.key(), {index, step})`.
    constexpr std::array<std::uint32_t, 2> key() const { return key_; }

    /// The next 32 bits.
    constexpr std::uint32_t operator()() {
        const std::uint64_t word = position_++;
        if (word % 2 == 0) pair_ = threefry(key_, detail::low_and_high(word / 2));
        return pair_[word % 2];
    }

    /// An integer in [0, bound), each equally likely; bound > 0. Draws beyond the bound are thrown away.
    constexpr std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t mask = ~std::uint64_t{0} >> std::countl_zero((bound - 1) | 1);
        for (;;) {
            const std::uint64_t value = (mask > max() ? next_64() : (*this)()) & mask;
            if (value < bound) return value;
        }
    }

    /// In [0, 1), a multiple of 2^-24 (float) or 2^-53 (double).
    template <std::floating_point Scalar>
    constexpr Scalar uniform() {
        if constexpr (sizeof(Scalar) <= sizeof(float)) {
            return static_cast<Scalar>((*this)() >> 8) * Scalar(0x1p-24);
        } else {
            return static_cast<Scalar>(next_64() >> 11) * Scalar(0x1p-53);
        }
    }

    /// Normal with mean 0 and variance 1, at most 8.2 from 0. A float is the double rounded: precisions agree.
    template <std::floating_point Scalar>
    Scalar normal() {
        const double share = (static_cast<double>(next_64() >> 12) + 0.5) * 0x1p-52;
        return static_cast<Scalar>(detail::normal_quantile(share));
    }

private:
    constexpr std::uint64_t next_64() {
        const std::uint64_t low = (*this)();
        return low | std::uint64_t{(*this)()} << 32;
    }

    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 2> pair_{};
    std::uint64_t position_ = 0;
};

/// Puts values (anything with size and [], a span of indices above all) in a random order, every order equally
/// likely (Fisher and Yates). The stream is copied: the same stream shuffles the same way.
template <class Values>
constexpr void shuffle(Values&& values, random_stream stream) {
    using std::swap;
    for (std::size_t left = std::size(values); left > 1; --left) {
        swap(values[left - 1], values[static_cast<std::size_t>(stream.below(left))]);
    }
}

}  // namespace espalier
