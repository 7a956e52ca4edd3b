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

namespace espalier::detail {

/// Who does nothing between the stages of a step.
struct no_interlude {
    static constexpr bool moves = false;

    template <class Scalar>
    bool goes_on(Scalar) const {
        return true;
    }
    template <std::size_t>
    void after() const {}
};

/// Executes a plan, stage by stage, on memory that the caller owns. Train: f with dropout, and what backward needs
/// is kept.
template <class Plan, class Scalar, bool Train>
struct pass : pass_memory<Plan, Scalar> {
    using memory = pass_memory<Plan, Scalar>;
    using net = typename Plan::net;
    using memory::a, memory::absent, memory::at, memory::backward_memory, memory::delta, memory::forward_memory,
        memory::output, memory::parameters, memory::rows, memory::tossed, memory::x, memory::z;
    template <std::size_t S>
    using chain = stage_chain<net, S>;
    static constexpr std::size_t last = Plan::stage_count - 1;
    template <std::size_t S>
    static constexpr extents input_of = inference<net>::value.layers[Plan::stages[S].operation].input;

    /// The tensors of layer L within a flat vector of parameters or gradients.
    template <std::size_t L, class Element>
    static auto tensors_of(Element* flat) {
        constexpr std::size_t first = first_parameter_tensor<net>(L);
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return std::array<Element*, sizeof...(I) + 1>{flat + parameter_tensors<net, Scalar>[first + I].offset...};
        }(std::make_index_sequence<tensors_of_layer<net, L>>{});
    }

    template <std::size_t S>
    chain_state<chain<S>, Scalar> state() const {
        using elementwise = elementwise_of<net, S>;
        chain_state<chain<S>, Scalar> state;
        state.first_row = tossed.first_row;
        std::size_t learned = 0;
        const auto of_layer = [&](auto k) {
            constexpr std::size_t l = elementwise::layers[k];
            constexpr std::size_t count = tensors_of_layer<net, l>;
            [[maybe_unused]] const auto tensors = tensors_of<l>(parameters);
            for (std::size_t i = 0; i < count; ++i) state.learned[learned++] = tensors[i];
            if constexpr (Train && chain<S>::drop_probabilities[k] > 0)
                state.keys[k] = key_of(this->tossed, static_cast<std::uint32_t>(S), static_cast<std::uint32_t>(k));
        };
        unroll<elementwise::count>(of_layer);
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

    template <std::size_t S>
    auto forward_to() const {
        constexpr const stage& here = Plan::stages[S];
        constexpr bool keep_z = Train && Plan::duties[S].keep_z;
        constexpr bool toss = Train || !chain<S>::is_random;
        constexpr std::size_t addends = here.addends();
        constexpr std::size_t features = shares<S> ? 0 : here.outputs;
        forward_epilogue<chain<S>, Scalar, features, toss, keep_z, addends> epilogue{state<S>(), z(S), a(S)};
        if constexpr (shares<S>) epilogue.features.value = here.outputs;
        for (std::size_t i = 0; i < addends; ++i) epilogue.addends[i] = a(here.sources[1 + i]);
        return epilogue;
    }
    /// Takes ∇C with respect to a of stage S, and makes δ of it.
    template <std::size_t S>
    auto backward_to() const {
        return backward_epilogue<chain<S>, Scalar, Plan::stages[S].outputs>{state<S>(), z(S), a(S), delta(S)};
    }
    /// Takes what stage S contributes to ∇C with respect to a of its source I.
    template <std::size_t S, std::size_t I>
    auto contribute_to() const {
        constexpr const contribution& own = Plan::arena.contributions[S][I];
        constexpr std::size_t s = Plan::stages[S].sources[I];
        constexpr std::size_t from_features = own.from == absent ? 0 : own.from_features;
        const Scalar* const from = own.from == absent ? nullptr : at(own.from) + own.from_first * block_lanes<Scalar>;
        constexpr std::size_t features = shares<S> && I == 0 ? 0 : Plan::stages[s].outputs;
        auto epilogue = [&] {
            if constexpr (own.is_last)
                return backward_epilogue<chain<s>, Scalar, features, from_features>{state<s>(), z(s), a(s), delta(s),
                                                                                    from};
            else
                return backward_epilogue<expression::chain<>, Scalar, features, from_features>{
                    {}, nullptr, nullptr, delta(s), from};
        }();
        if constexpr (features == 0) epilogue.features.value = Plan::stages[s].outputs;
        return epilogue;
    }

    template <std::size_t S>
    void forward() const {
        constexpr const stage& here = Plan::stages[S];
        if constexpr (here.is == stage_kind::input) {
            Scalar* const before_f = z(S) != nullptr ? z(S) : a(S);
            kernel::pack_rows<Scalar, here.outputs>(x, rows, before_f);
            apply_function<S>(before_f);
        } else if constexpr (here.is == stage_kind::layer) {
            using operation = stage_operation<net, S>;
            const auto p = tensors_of<here.operation>(parameters);
            const Scalar* const input = a(here.sources[0]);
            if constexpr (shares<S>) {
                auto epilogue = forward_to<S>();
                operation::template shared_forward<input_of<S>>(p.data(), input, rows, epilogue);
            } else if constexpr (layer::BatchLayer<operation>) {
                auto epilogue = forward_to<S>();
                operation::template forward<input_of<S>, Train>(p.data(), input, rows, forward_memory(S), epilogue);
            } else {
                Scalar* const before_f = z(S) != nullptr ? z(S) : a(S);
                for_each_vector<Scalar, here.inputs, here.outputs>(rows, [&](std::size_t in, std::size_t out) {
                    operation::template forward<input_of<S>, Scalar>(
                        features_at(input, in), layer::weights<Scalar>(p.data()), outputs_at(before_f, out));
                });
                apply_function<S>(before_f);
            }
        } else {
            join_branches<S>(*this);
        }
    }

    /// This batch's statistics for the state of stage S's operation, in their places in the gradient.
    template <std::size_t S>
    void statistics([[maybe_unused]] Scalar* gradient) const {
        constexpr const stage& here = Plan::stages[S];
        if constexpr (here.operation_has_state && wants(Plan::wanted, request::parameters)) {
            using operation = stage_operation<net, S>;
            if constexpr (!layer::Frozen<operation>)
                operation::template statistics<input_of<S>>(tensors_of<here.operation>(parameters).data(), rows,
                                                            forward_memory(S),
                                                            tensors_of<here.operation>(gradient).data());
        }
    }

    /// From δ of stage S: the gradients of its operation's parameters, and what it contributes to δ of its sources.
    template <std::size_t S, class Interlude = no_interlude>
    void backward([[maybe_unused]] Scalar* gradient, [[maybe_unused]] const Interlude& interlude = {}) const {
        constexpr const stage& here = Plan::stages[S];
        if constexpr (Plan::duties[S].parameter_gradient) parameter_gradient<S>(*this, gradient, interlude);
        if constexpr (here.is == stage_kind::product) {
            product_gradients<S>(*this, gradient);
        } else {
            unroll<Plan::stages[S].source_count>([&](auto i) {
                constexpr std::size_t slot =
                    Plan::stages[S].source_count - 1 - i;  // the operation's own source comes last
                if constexpr (Plan::arena.contributions[S][slot].computes) this->template contribute<S, slot>(gradient);
            });
        }
    }

    /// Writes the gradients of f's own parameters, which its epilogue has summed.
    template <std::size_t S, class Epilogue>
    static void learned_gradients(const Epilogue& epilogue, [[maybe_unused]] Scalar* gradient) {
        using elementwise = elementwise_of<net, S>;
        [[maybe_unused]] std::size_t learned = 0;
        if constexpr (Plan::stages[S].activation_trains && wants(Plan::wanted, request::parameters))
            unroll<elementwise::count>([&](auto k) {
                constexpr std::size_t l = elementwise::layers[k];
                [[maybe_unused]] const auto tensors = tensors_of<l>(gradient);
                for (std::size_t i = 0; i < tensors_of_layer<net, l>; ++i, ++learned)
                    if (roles<net>::value[l].trains) *tensors[i] = xsimd::hadd(epilogue.sums[learned]);
            });
    }

private:
    template <std::size_t S>
    void apply_function(Scalar* before_f) const {
        constexpr std::size_t outputs = Plan::stages[S].outputs;
        constexpr bool is_identity = Train ? chain<S>::is_identity : chain<S>::is_inference_identity;
        if constexpr (!is_identity || Plan::stages[S].addends() > 0) {
            auto epilogue = forward_to<S>();
            apply_epilogue<outputs, outputs>(before_f, rows, epilogue);
        } else if (before_f != a(S)) {
            std::copy_n(before_f, Plan::lanes * outputs, a(S));
        }
    }

    template <std::size_t S, std::size_t I>
    void contribute(Scalar* gradient) const {
        constexpr const stage& here = Plan::stages[S];
        constexpr std::size_t s = here.sources[I];
        auto epilogue = contribute_to<S, I>();
        if constexpr (here.is != stage_kind::layer || I > 0) {
            constexpr std::size_t first = here.is == stage_kind::concat ? first_of_source<Plan, S>(I) : 0;
            apply_epilogue<Plan::stages[s].outputs, here.outputs>(delta(S) + first * block_lanes<Scalar>, rows,
                                                                  epilogue);
        } else {
            using operation = stage_operation<net, S>;
            const auto p = tensors_of<here.operation>(parameters);
            if constexpr (shares<S>) {
                operation::template shared_input_gradient<input_of<S>>(p.data(), delta(S), rows, backward_memory(S),
                                                                       epilogue);
            } else if constexpr (layer::BatchLayer<operation>) {
                operation::template input_gradient<input_of<S>>(p.data(), a(s), output(S), delta(S), rows,
                                                                backward_memory(S), epilogue);
            } else {
                constexpr bool adds = Plan::arena.contributions[S][I].from != absent;
                Scalar* const to = adds ? at(Plan::arena.scratch[S]) : delta(s);
                for_each_vector<Scalar, here.inputs, here.outputs>(rows, [&](std::size_t in, std::size_t out) {
                    operation::template input_gradient<input_of<S>, Scalar>(
                        features_at(a(s), in), features_at(output(S), out), features_at(delta(S), out),
                        layer::weights<Scalar>(p.data()), outputs_at(to, in));
                });
                if constexpr (adds || !chain<s>::is_identity)
                    apply_epilogue<here.inputs, here.inputs>(to, rows, epilogue);
            }
        }
        if constexpr (Plan::arena.contributions[S][I].is_last) learned_gradients<s>(epilogue, gradient);
    }
};

}  // namespace espalier::detail
