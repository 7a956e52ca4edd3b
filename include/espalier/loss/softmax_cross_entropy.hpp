// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary.hpp>
#include <espalier/loss/contract.hpp>

namespace espalier::losses {

/// −Σ_c q_c log softmax(z)_c for logits z and target q: a class index, or probabilities. With label smoothing ε,
/// q ← (1 − ε) q + ε/Outputs (Szegedy 2016). The largest logit is subtracted first, so no exponential overflows.
/// The gradient is softmax(z) Σq − q.
struct softmax_cross_entropy {
    static constexpr bool takes_labels = true;
    static constexpr bool takes_values = true;

    double label_smoothing = 0;

    template <std::size_t Outputs, class Scalar, class Target, class Emit>
    ESPALIER_INLINE simd<Scalar> operator()(predictions<Scalar> z, const Target& target, Emit emit) const {
        static_assert(Outputs <= std::size_t{1} << 24, "class indices are exact as float up to 2^24");
        namespace elementary = expression::elementary;
        using vector = simd<Scalar>;
        const vector zero(Scalar{});
        const vector keep(static_cast<Scalar>(1 - label_smoothing));
        const vector spread(static_cast<Scalar>(label_smoothing / static_cast<double>(Outputs)));
        const auto wanted = [&](std::size_t output) ESPALIER_INLINE_LAMBDA {
            if constexpr (Target::is_label)
                return xsimd::select(target.label == vector(static_cast<Scalar>(output)), keep + spread, spread);
            else
                return target[output] * keep + spread;
        };

        vector largest = z[0];
        for (std::size_t output = 1; output < Outputs; ++output) largest = elementary::maximum(largest, z[output]);
        vector sum = zero;
        vector weight = zero;    // Σ q
        vector weighted = zero;  // Σ q (z − largest)
        for (std::size_t output = 0; output < Outputs; ++output) {
            const vector shifted = z[output] - largest;
            const vector q = wanted(output);
            sum += elementary::exp(shifted);
            weight += q;
            weighted += q * shifted;
        }
        const vector scale = weight / sum;
        for (std::size_t output = 0; output < Outputs; ++output)
            emit(output, elementary::exp(z[output] - largest) * scale - wanted(output));
        return weight * elementary::log(sum) - weighted;
    }
};

}  // namespace espalier::losses

namespace espalier {
/// With logits: the network ends without a softmax. `losses::softmax_cross_entropy{.label_smoothing = 0.1}` smooths.
inline constexpr losses::softmax_cross_entropy softmax_cross_entropy{};
}  // namespace espalier
