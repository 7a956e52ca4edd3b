// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include <espalier/kernel/dense.hpp>
#include <espalier/layer/contract.hpp>
#include <espalier/plan/parameters.hpp>
#include <espalier/run/epilogue.hpp>
#include <espalier/run/pass_memory.hpp>

/// The gradients of a stage's own parameters.
namespace espalier::detail {

/// Whether the first tensor of stage S can move while its gradient is computed: nothing reads it any more.
template <std::size_t S, class Pass>
constexpr bool descends() {
    using plan = typename Pass::planned;
    using operation = stage_operation<typename plan::net, S>;
    using scalar = typename Pass::scalar;
    constexpr extents input = Pass::template input_of<S>;
    constexpr bool from_rows = plan::memory[S].reads_rows;
    if constexpr (requires { operation::template descends<input, from_rows, scalar>; })
        return operation::template descends<input, from_rows, scalar> && !plan::duties[S].input_gradient;
    else
        return false;
}

/// Writes them where they lie in the flat gradient. Where the interlude moves parameters, those of an operation that
/// descends have moved instead.
template <std::size_t S, class Pass, class Position, class Scalar, class Interlude>
void parameter_gradient(const Pass& at, Position s, Scalar* gradient, [[maybe_unused]] const Interlude& interlude) {
    using plan = typename Pass::planned;
    using net = typename plan::net;
    using operation = stage_operation<net, S>;
    constexpr const stage& here = plan::stages[S];
    constexpr extents input_shape = Pass::template input_of<S>;
    constexpr bool from_rows = plan::memory[S].reads_rows;
    const auto tensors = Pass::template operands<S>(gradient, s);
    const Scalar* const input = at.a(plan::stages[s].sources[0]);
    const auto p = Pass::template operands<S>(at.parameters, s);
    if constexpr (Pass::template shares<S> && !from_rows) {
        operation::template shared_parameter_gradient<input_shape>(input, at.delta(s), at.rows, at.backward_memory(s),
                                                                   tensors.data());
    } else if constexpr (layer::BatchLayer<operation>) {
        if constexpr (Interlude::moves && descends<S, Pass>())
            if (const kernel::descent<Scalar> step = interlude.descent(s); step.moves) {
                const auto moving = Pass::template operands<S>(interlude.at, s);
                operation::template parameter_descent<input_shape, from_rows>(
                    p.data(), from_rows ? at.x : input, at.output(s), at.delta(s), at.rows, at.backward_memory(s),
                    tensors.data(), moving.data(), step);
                return;
            }
        operation::template parameter_gradient<input_shape, from_rows>(p.data(), from_rows ? at.x : input, at.output(s),
                                                                       at.delta(s), at.rows, at.backward_memory(s),
                                                                       tensors.data());
    } else {
        const std::size_t first = first_parameter_tensor<net>(plan::stages[s].operation);
        for (std::size_t i = 0; i + 1 < tensors.size(); ++i)
            if (const parameter_tensor& tensor = parameter_tensors<net, Scalar>[first + i]; !tensor.what.is_state)
                std::fill_n(tensors[i], tensor.size, Scalar{});
        for_each_vector<Scalar, here.inputs, here.outputs>(at.rows, [&](std::size_t in, std::size_t out) {
            operation::template parameter_gradient<input_shape, Scalar>(
                features_at(input, in), features_at(at.output(s), out), features_at(at.delta(s), out),
                layer::weights<Scalar>(p.data()), layer::sums<Scalar>(tensors.data()));
        });
    }
}

}  // namespace espalier::detail
