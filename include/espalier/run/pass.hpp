// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/average_pool.hpp>
#include <espalier/kernel/conv_single_forward.hpp>
#include <espalier/kernel/conv_step_forward.hpp>
#include <espalier/kernel/conv_weight_gradient.hpp>
#include <espalier/kernel/dense_bias_gradient.hpp>
#include <espalier/kernel/dense_forward.hpp>
#include <espalier/kernel/dense_input_gradient.hpp>
#include <espalier/kernel/dense_shared.hpp>
#include <espalier/kernel/dense_single.hpp>
#include <espalier/kernel/dense_weight_gradient.hpp>
#include <espalier/kernel/max_pool.hpp>
#include <espalier/kernel/pack.hpp>
#include <espalier/plan/many_shapes.hpp>
#include <espalier/plan/parameters.hpp>
#include <espalier/run/epilogue.hpp>
#include <espalier/run/joins.hpp>
#include <espalier/run/parameter_gradient.hpp>
#include <espalier/run/pass_memory.hpp>
#include <espalier/run/stage_kinds.hpp>

namespace espalier::detail {

/// Who does nothing between the stages of a step.
struct no_interlude {
    static constexpr bool moves = false;

    template <class Scalar>
    bool goes_on(Scalar) const {
        return true;
    }
    void after(std::size_t) const {}
};

/// Executes a plan, stage by stage, on memory that the caller owns. Train: f with dropout, and what backward needs
/// is kept. Functions of <S>(s) do it for stage s, which is S itself or like it (stage_kinds).
template <class Plan, class Scalar, bool Train>
struct pass : pass_memory<Plan, Scalar> {
    using memory = pass_memory<Plan, Scalar>;
    using net = typename Plan::net;
    using memory::a, memory::added_to, memory::backward_memory, memory::delta, memory::forward_memory, memory::output,
        memory::parameters, memory::rows, memory::scratch, memory::tossed, memory::x, memory::z;
    static constexpr std::size_t absent = contribution::absent;
    template <std::size_t S>
    using chain = stage_chain<net, S>;
    static constexpr std::size_t last = Plan::stage_count - 1;
    template <std::size_t S>
    static constexpr extents input_of = inference<net>::value.layers[Plan::stages[S].operation].input;

    /// The tensors of the operation of stage s within a flat vector of parameters or gradients.
    template <std::size_t S, class Element>
    ESPALIER_INLINE static auto operands(Element* flat, std::size_t s) {
        return tensors_of<net, tensors_of_layer<net, Plan::stages[S].operation>>(flat, Plan::stages[s].operation);
    }

    /// The scalars of f at stage S, or of an F without any at whatever stage: one function for all of them.
    template <std::size_t S>
    static constexpr std::size_t with_scalars = has_scalars<chain<S>> ? S : absent;
    template <class F, std::size_t S>
    chain_state<F, Scalar> state() const {
        chain_state<F, Scalar> state;
        state.first_row = tossed.first_row;
        if constexpr (S != absent) {
            using elementwise = elementwise_of<net, S>;
            std::size_t learned = 0;
            unroll<elementwise::count>([&](auto k) {
                constexpr std::size_t l = elementwise::layers[k];
                [[maybe_unused]] const auto tensors = tensors_of<net, l>(parameters);
                for (std::size_t i = 0; i < tensors_of_layer<net, l>; ++i) state.learned[learned++] = tensors[i];
                if constexpr (Train && F::drop_probabilities[k] > 0)
                    state.keys[k] = key_of(this->tossed, static_cast<std::uint32_t>(S), static_cast<std::uint32_t>(k));
            });
        }
        return state;
    }

    /// Whether stage S runs on kernels of run-time extents: in a network of few shapes each has its own.
    template <std::size_t S>
    static constexpr bool shares = [] {
        if constexpr (has_many_shapes<Plan> && Plan::stages[S].is == stage_kind::layer) {
            using operation = stage_operation<net, S>;
            if constexpr (requires { operation::template shares<input_of<S>, Scalar>; })
                return operation::template shares<input_of<S>, Scalar>;
        }
        return false;
    }();

    template <std::size_t S, class Position>
    auto forward_to(Position s) const {
        constexpr const stage& here = Plan::stages[S];
        constexpr bool keep_z = Train && Plan::duties[S].keep_z;
        constexpr bool toss = Train || !chain<S>::is_random;
        constexpr std::size_t addends = here.addends();
        constexpr std::size_t features = shares<S> ? 0 : here.outputs;
        forward_epilogue<chain<S>, Scalar, features, toss, keep_z, addends> epilogue{state<chain<S>, with_scalars<S>>(),
                                                                                     z(s), a(s)};
        if constexpr (shares<S>) epilogue.features.value = here.outputs;
        for (std::size_t i = 0; i < addends; ++i) epilogue.addends[i] = a(Plan::stages[s].sources[1 + i]);
        return epilogue;
    }
    /// Takes ∇C with respect to a of stage S, and makes δ of it.
    template <std::size_t S>
    auto backward_to() const {
        return backward_epilogue<chain<S>, Scalar, Plan::stages[S].outputs>{state<chain<S>, with_scalars<S>>(), z(S),
                                                                            a(S), delta(S)};
    }
    /// Takes what stage S contributes to ∇C with respect to a of its source I.
    template <std::size_t S, std::size_t I, class Position>
    auto contribute_to(Position s) const {
        constexpr const contribution& own = Plan::arena.contributions[S][I];
        constexpr std::size_t to = Plan::stages[S].sources[I];
        constexpr std::size_t from_features = own.from == absent ? 0 : own.from_features;
        constexpr std::size_t features = shares<S> && I == 0 ? 0 : Plan::stages[to].outputs;
        // f comes when all contributions are there.
        using f = std::conditional_t<Plan::arena.contributions[S][I].is_last, chain<to>, expression::chain<>>;
        const std::size_t source = Plan::stages[s].sources[I];
        backward_epilogue<f, Scalar, features, from_features> epilogue{
            state<f, own.is_last ? with_scalars<to> : absent>(), z(source), a(source), delta(source), added_to(s, I)};
        if constexpr (features == 0) epilogue.features.value = Plan::stages[to].outputs;
        return epilogue;
    }

    template <std::size_t S, class Position>
    void forward(Position s) const {
        constexpr const stage& here = Plan::stages[S];
        [[maybe_unused]] Scalar* const before_f = z(s) != nullptr ? z(s) : a(s);
        if constexpr (here.is == stage_kind::input) {
            kernel::pack_rows<Scalar, here.outputs>(x, rows, before_f);
            apply_function<S>(s, before_f);
        } else if constexpr (here.is == stage_kind::layer) {
            using operation = stage_operation<net, S>;
            const auto p = operands<S>(parameters, s);
            const Scalar* const input = a(Plan::stages[s].sources[0]);
            if constexpr (shares<S>) {
                auto epilogue = forward_to<S>(s);
                operation::template shared_forward<input_of<S>>(p.data(), input, rows, epilogue);
            } else if constexpr (layer::BatchLayer<operation>) {
                auto epilogue = forward_to<S>(s);
                operation::template forward<input_of<S>, Train>(p.data(), input, rows, forward_memory(s), epilogue);
            } else {
                for_each_vector<Scalar, here.inputs, here.outputs>(rows, [&](std::size_t in, std::size_t out) {
                    operation::template forward<input_of<S>, Scalar>(
                        features_at(input, in), layer::weights<Scalar>(p.data()), outputs_at(before_f, out));
                });
                apply_function<S>(s, before_f);
            }
        } else {
            join_branches<S>(*this);
        }
    }

    /// This batch's statistics for the state of stage S's operation, in their places in the gradient.
    template <std::size_t S>
    static constexpr bool has_statistics = [] {
        if constexpr (Plan::stages[S].operation_has_state && wants(Plan::wanted, request::parameters))
            return !layer::Frozen<stage_operation<net, S>>;
        else
            return false;
    }();
    template <std::size_t S, class Position>
    void statistics(Position s, Scalar* gradient) const {
        stage_operation<net, S>::template statistics<input_of<S>>(operands<S>(parameters, s).data(), rows,
                                                                  forward_memory(s), operands<S>(gradient, s).data());
    }

    /// From δ of stage s: the gradients of its operation's parameters, and what it contributes to δ of its sources.
    template <std::size_t S, class Position, class Interlude = no_interlude>
    void backward(Position s, [[maybe_unused]] Scalar* gradient,
                  [[maybe_unused]] const Interlude& interlude = {}) const {
        constexpr const stage& here = Plan::stages[S];
        if constexpr (Plan::duties[S].parameter_gradient) parameter_gradient<S>(*this, s, gradient, interlude);
        if constexpr (here.is == stage_kind::product) {
            product_gradients<S>(*this, gradient);
        } else {
            // The operation's own source comes last.
            if constexpr (here.source_count > 1)
                unroll<here.source_count - 1>([&](auto i) {
                    constexpr std::size_t slot = Plan::stages[S].source_count - 1 - i;
                    if constexpr (Plan::arena.contributions[S][slot].computes)
                        this->template contribute<S, slot>(s, gradient);
                });
            if constexpr (Plan::arena.contributions[S][0].computes) contribute<S, 0>(s, gradient);
        }
    }

    /// Writes the gradients of f's own parameters, which its epilogue has summed.
    template <std::size_t S>
    static constexpr bool learns = Plan::stages[S].activation_trains && wants(Plan::wanted, request::parameters);
    template <std::size_t S, class Epilogue>
    static void learned_gradients(const Epilogue& epilogue, Scalar* gradient) {
        using elementwise = elementwise_of<net, S>;
        std::size_t learned = 0;
        unroll<elementwise::count>([&](auto k) {
            constexpr std::size_t l = elementwise::layers[k];
            [[maybe_unused]] const auto tensors = tensors_of<net, l>(gradient);
            for (std::size_t i = 0; i < tensors_of_layer<net, l>; ++i, ++learned)
                if (roles<net>::value[l].trains) *tensors[i] = xsimd::hadd(epilogue.sums[learned]);
        });
    }

private:
    template <std::size_t S, class Position>
    void apply_function(Position s, Scalar* before_f) const {
        constexpr std::size_t outputs = Plan::stages[S].outputs;
        constexpr bool is_identity = Train ? chain<S>::is_identity : chain<S>::is_inference_identity;
        if constexpr (!is_identity || Plan::stages[S].addends() > 0) {
            auto epilogue = forward_to<S>(s);
            apply_epilogue<outputs, outputs>(before_f, rows, epilogue);
        } else if (before_f != a(s)) {
            std::copy_n(before_f, Plan::lanes * outputs, a(s));
        }
    }

    template <std::size_t S, std::size_t I, class Position>
    void contribute(Position s, [[maybe_unused]] Scalar* gradient) const {
        constexpr const stage& here = Plan::stages[S];
        constexpr std::size_t to = here.sources[I];
        auto epilogue = contribute_to<S, I>(s);
        if constexpr (here.is != stage_kind::layer || I > 0) {
            constexpr std::size_t first = here.is == stage_kind::concat ? first_of_source<Plan, S>(I) : 0;
            apply_epilogue<Plan::stages[to].outputs, here.outputs>(delta(s) + first * block_lanes<Scalar>, rows,
                                                                   epilogue);
        } else {
            using operation = stage_operation<net, S>;
            const auto p = operands<S>(parameters, s);
            const std::size_t source = Plan::stages[s].sources[I];
            if constexpr (shares<S>) {
                operation::template shared_input_gradient<input_of<S>>(p.data(), delta(s), rows, backward_memory(s),
                                                                       epilogue);
            } else if constexpr (layer::BatchLayer<operation>) {
                operation::template input_gradient<input_of<S>>(p.data(), a(source), output(s), delta(s), rows,
                                                                backward_memory(s), epilogue);
            } else {
                constexpr bool adds = Plan::arena.contributions[S][I].from != absent;
                Scalar* const sum = adds ? scratch(s) : delta(source);
                for_each_vector<Scalar, here.inputs, here.outputs>(rows, [&](std::size_t in, std::size_t out) {
                    operation::template input_gradient<input_of<S>, Scalar>(
                        features_at(a(source), in), features_at(output(s), out), features_at(delta(s), out),
                        layer::weights<Scalar>(p.data()), outputs_at(sum, in));
                });
                if constexpr (adds || !chain<to>::is_identity)
                    apply_epilogue<here.inputs, here.inputs>(sum, rows, epilogue);
            }
        }
        if constexpr (Plan::arena.contributions[S][I].is_last && learns<to>) learned_gradients<to>(epilogue, gradient);
    }
};

}  // namespace espalier::detail
