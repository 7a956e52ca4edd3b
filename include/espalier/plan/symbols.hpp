// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>

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

/// A set of symbols; the order in which they are given does not matter.
class symbol_set {
public:
    static constexpr std::size_t capacity = 512;

    constexpr symbol_set() = default;
    constexpr symbol_set(std::initializer_list<symbol> symbols) {
        for (const symbol& each : symbols) insert(each);
    }

    constexpr void insert(const symbol& wanted) {
        if (!contains(wanted)) symbols_[size_++] = wanted;
    }
    constexpr bool contains(const symbol& wanted) const {
        for (std::size_t i = 0; i < size_; ++i)
            if (symbols_[i] == wanted) return true;
        return false;
    }
    constexpr std::size_t size() const { return size_; }
    constexpr const symbol* begin() const { return symbols_; }
    constexpr const symbol* end() const { return symbols_ + size_; }

    friend constexpr bool operator==(const symbol_set& left, const symbol_set& right) {
        if (left.size_ != right.size_) return false;
        for (const symbol& each : left)
            if (!right.contains(each)) return false;
        return true;
    }

private:
    symbol symbols_[capacity] = {};
    std::size_t size_ = 0;
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
