// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

#include <espalier/core/given.hpp>
#include <espalier/core/simd.hpp>
#include <espalier/core/simd_lanes.hpp>

/// What a loss is. It sees one register of samples at a time: `prediction[c]`, output c of simd_width samples, and
/// their targets; it returns the loss of each sample (lane) and hands ∇ of it with respect to output c to
/// emit(c, gradient), for each c once, in order, and reads nothing of outputs 0 … c afterwards: the gradient may take
/// the prediction's place. The mean over the batch is the caller's.
///
///     static constexpr bool takes_labels, takes_values;
///     template <std::size_t Outputs, class Scalar, class Target, class Emit>
///     simd<Scalar> operator()(predictions<Scalar>, const Target&, Emit emit) const;
namespace espalier::losses {

template <class Scalar>
class predictions {
public:
    explicit predictions(const Scalar* first) : first_(first) {}
    ESPALIER_INLINE simd<Scalar> operator[](std::size_t output) const {
        return load(first_ + output * block_lanes<Scalar>);
    }

private:
    const Scalar* first_;
};

/// A class index a sample; exact as a scalar up to 2²⁴ classes.
template <class Scalar>
struct label_target {
    static constexpr bool is_label = true;
    simd<Scalar> label;
};

/// A value for each output of each sample: target[c].
template <class Scalar, std::size_t Outputs>
struct value_target {
    static constexpr bool is_label = false;
    const Scalar* rows[simd_width<Scalar>];  // of the samples, row-major

    ESPALIER_INLINE simd<Scalar> operator[](std::size_t output) const {
        return fill_lanes<Scalar>([&](auto lane) ESPALIER_INLINE_LAMBDA { return rows[lane][output]; });
    }
};

/// Few outputs are brought into vectors together.
template <class Scalar, std::size_t Outputs>
    requires(Outputs <= simd_width<Scalar>)
struct value_target<Scalar, Outputs> {
    static constexpr bool is_label = false;
    simd<Scalar> columns[Outputs];

    ESPALIER_INLINE simd<Scalar> operator[](std::size_t output) const { return columns[output]; }
};

template <class Type>
concept Loss = std::copyable<Type> && requires {
    { Type::takes_labels } -> std::convertible_to<bool>;
    { Type::takes_values } -> std::convertible_to<bool>;
};

/// Has some of what makes a loss, and not all.
template <class Type>
concept LossInPart = !Loss<Type> && (requires { Type::takes_labels; } || requires { Type::takes_values; });

namespace detail {

template <class Scalar>
struct emitter {
    void operator()(std::size_t output, const simd<Scalar>& gradient) const;
};
template <class Scalar, std::size_t Outputs, bool IsLabel>
using target_of = std::conditional_t<IsLabel, label_target<Scalar>, value_target<Scalar, Outputs>>;

}  // namespace detail

/// Can be called as one.
template <class Type, class Scalar, std::size_t Outputs, bool IsLabel>
concept Callable = requires(const Type& loss, predictions<Scalar> prediction,
                            const detail::target_of<Scalar, Outputs, IsLabel>& target, detail::emitter<Scalar> emit) {
    loss.template operator()<Outputs, Scalar>(prediction, target, emit);
};

}  // namespace espalier::losses

namespace espalier {

using losses::Loss;

template <Loss Function>
struct diagnostics::named<Function> {
    using type = diagnostics::a_loss;
};

}  // namespace espalier
