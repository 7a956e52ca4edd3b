// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include <espalier/core/refuse.hpp>

namespace espalier {

/// A quantity of the mathematics: which one, and of which layer. Weighted layers count from 1; a<0> is the input.
struct symbol {
    enum class quantity : unsigned char {
        weights,          // W
        bias,             // b
        preactivation,    // z
        activation,       // a
        delta,            // ∇C with respect to z
        weight_gradient,  // ∇C with respect to W
        target,           // y
    };

    quantity of = quantity::activation;
    std::size_t layer = 0;

    friend constexpr bool operator==(const symbol&, const symbol&) = default;
};

/// A set of symbols; the order in which they are given does not matter. They are walked by quantity, then by layer.
class symbol_set {
public:
    static constexpr std::size_t layers = 1024;

    constexpr symbol_set() = default;
    constexpr symbol_set(std::initializer_list<symbol> symbols) {
        for (const symbol& each : symbols) insert(each);
    }

    constexpr void insert(const symbol& wanted) {
        if (wanted.layer >= layers) refuse_constant("a symbol_set holds symbols of layers up to 1023");
        word_of(position(wanted)) |= bit_of(position(wanted));
    }
    constexpr bool contains(const symbol& wanted) const { return wanted.layer < layers && holds(position(wanted)); }
    constexpr std::size_t size() const {
        std::size_t sum = 0;
        for (const std::uint64_t each : words_) sum += static_cast<std::size_t>(std::popcount(each));
        return sum;
    }

    class iterator {
    public:
        using value_type = symbol;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() = default;
        constexpr iterator(const symbol_set& set, std::size_t position) : set_(&set), position_(set.next(position)) {}
        constexpr symbol operator*() const {
            return {static_cast<symbol::quantity>(position_ / layers), position_ % layers};
        }
        constexpr iterator& operator++() {
            position_ = set_->next(position_ + 1);
            return *this;
        }
        constexpr iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend constexpr bool operator==(const iterator&, const iterator&) = default;

    private:
        const symbol_set* set_ = nullptr;
        std::size_t position_ = 0;
    };
    constexpr iterator begin() const { return {*this, 0}; }
    constexpr iterator end() const { return {*this, positions}; }

    friend constexpr bool operator==(const symbol_set&, const symbol_set&) = default;

private:
    static constexpr std::size_t quantities = 7;
    static constexpr std::size_t positions = quantities * layers;

    static constexpr std::size_t position(const symbol& of) {
        return static_cast<std::size_t>(of.of) * layers + of.layer;
    }
    static constexpr std::uint64_t bit_of(std::size_t position) { return std::uint64_t{1} << position % 64; }
    constexpr std::uint64_t& word_of(std::size_t position) { return words_[position / 64]; }
    constexpr bool holds(std::size_t position) const { return (words_[position / 64] & bit_of(position)) != 0; }
    /// The first symbol from here on.
    constexpr std::size_t next(std::size_t position) const {
        while (position < positions && !holds(position)) {
            if (words_[position / 64] >> position % 64 == 0)
                position = (position / 64 + 1) * 64;
            else
                ++position;
        }
        return position;
    }

    std::uint64_t words_[positions / 64] = {};
};

using reads = symbol_set;
using tensors = symbol_set;

namespace symbols {

template <std::size_t Layer>
inline constexpr symbol W{symbol::quantity::weights, Layer};
template <std::size_t Layer>
inline constexpr symbol b{symbol::quantity::bias, Layer};
template <std::size_t Layer>
inline constexpr symbol z{symbol::quantity::preactivation, Layer};
template <std::size_t Layer>
inline constexpr symbol a{symbol::quantity::activation, Layer};
template <std::size_t Layer>
inline constexpr symbol delta{symbol::quantity::delta, Layer};
template <std::size_t Layer>
inline constexpr symbol W_gradient{symbol::quantity::weight_gradient, Layer};
inline constexpr symbol y{symbol::quantity::target, 0};

}  // namespace symbols
}  // namespace espalier
