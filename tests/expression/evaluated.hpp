// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <espalier/expression/chain.hpp>
#include <espalier/expression/evaluate.hpp>
#include <espalier/expression/functions.hpp>

/// Chains of elementwise layers at single points, computed as the library does: in a register.
namespace evaluated {

namespace ep = espalier;

template <class Chain, class Scalar>
struct point {
    ep::simd<Scalar> z, a;
    std::array<double, Chain::parameters + 1> parameters;
    bool kept;

    template <ep::expression::operation Kind, std::size_t Number>
    auto read() const {
        using enum ep::expression::operation;
        if constexpr (Kind == variable)
            return z;
        else if constexpr (Kind == output)
            return a;
        else if constexpr (Kind == gradient)
            return ep::simd<Scalar>(Scalar{1});
        else if constexpr (Kind == parameter)
            return ep::simd<Scalar>(static_cast<Scalar>(parameters[Number]));
        else if constexpr (Kind == keep)
            return typename ep::simd<Scalar>::batch_bool_type(kept);
    }
};

/// f(z), f′(z) and ∂f/∂p for each learned parameter; `kept` is what dropout's coins say.
template <class Chain, class Scalar>
struct values {
    double f = 0;
    std::array<double, Chain::parameters + 1> derivatives{};

    explicit values(double z, std::array<double, Chain::parameters + 1> parameters = {}, bool kept = true) {
        point<Chain, Scalar> at{ep::simd<Scalar>(static_cast<Scalar>(z)), {}, parameters, kept};
        at.a = ep::expression::evaluate<Chain::forward, Scalar>(at)[0];
        f = static_cast<double>(at.a.get(0));
        const auto results = ep::expression::evaluate<Chain::backward, Scalar>(at);
        for (std::size_t k = 0; k < results.size(); ++k) derivatives[k] = static_cast<double>(results[k].get(0));
    }
};

/// A layer of one expression, for chains of the tests' own.
template <auto Expression>
struct function {
    static constexpr auto expression = Expression;
};

}  // namespace evaluated
