// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/functions.hpp>
#include <espalier/loss/distance.hpp>

/// The losses that come with the library, by name only: what they do stands in the headers of their names, with the
/// SIMD code that it needs.
namespace espalier::losses {

struct softmax_cross_entropy;
template <auto Expression>
struct elementwise;

namespace detail {
inline constexpr expression::variable prediction{};
inline constexpr expression::target target{};
}  // namespace detail

/// (p − t)²
using mse = elementwise<expression::square(detail::prediction - detail::target)>;
/// |p − t|
using mae = elementwise<expression::abs(detail::prediction - detail::target)>;
/// (p − t)²/2 where |p − t| ≤ Delta, Delta (|p − t| − Delta/2) beyond (Huber 1964)
template <double Delta, class = typename diagnostics::huber_distance<Delta>::type>
using huber = elementwise<expression::select(expression::abs(detail::prediction - detail::target) > Delta,
                                             Delta*(expression::abs(detail::prediction - detail::target) - 0.5 * Delta),
                                             0.5 * expression::square(detail::prediction - detail::target))>;
/// −t log σ(z) − (1 − t) log(1 − σ(z)) for logits z and probabilities t, as softplus(z) − z t: stable in both tails
using binary_cross_entropy =
    elementwise<expression::softplus(detail::prediction) - detail::prediction * detail::target>;

}  // namespace espalier::losses
