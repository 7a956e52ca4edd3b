// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/average_pool.hpp>
#include <espalier/kernel/conv_single_forward.hpp>
#include <espalier/kernel/conv_weight_gradient.hpp>
#include <espalier/kernel/dense_forward.hpp>
#include <espalier/kernel/dense_input_gradient.hpp>
#include <espalier/kernel/dense_single.hpp>
#include <espalier/kernel/dense_weight_gradient.hpp>
#include <espalier/kernel/max_pool.hpp>
#include <espalier/kernel/pack.hpp>
#include <espalier/layer/sample.hpp>
#include <espalier/plan/parameters.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/run/epilogue.hpp>

namespace espalier::detail {

/// Executes a plan, stage by stage, on memory that the caller owns. Train: f with dropout, and what backward needs
/// is kept.
template <class Plan, class Scalar, bool Train>
struct pass {
    using net = typename Plan::net;
    template <std::size_t S>
    using chain = stage_chain<net, S>;
    static constexpr std::size_t last = Plan::stage_count - 1;
    static constexpr std::size_t absent = planned_tensor::fresh;
    static constexpr auto& arena_plan = Plan::arena;

    const Scalar* parameters;
    const Scalar* x;  // row-major
    std::size_t rows;
    std::byte* arena;
    coins tossed{};

    Scalar* at(std::size_t tensor) const {
        if (tensor == absent) return nullptr;
        return reinterpret_cast<Scalar*>(arena + arena_plan.tensors[tensor].offset);
    }
    Scalar* z(std::size_t s) const { return at(arena_plan.z[s]); }
    Scalar* a(std::size_t s) const { return at(arena_plan.a[s]); }
    Scalar* delta(std::size_t s) const { return at(arena_plan.delta[s]); }
    std::byte* memory_at(std::size_t tensor) const {
        return tensor == absent ? nullptr : arena + arena_plan.tensors[tensor].offset;
    }
    layer::batch_memory forward_memory(std::size_t s) const {
        return {memory_at(arena_plan.forward_scratch[s]), memory_at(arena_plan.kept[s])};
    }
    layer::batch_memory backward_memory(std::size_t s) const {
        return {memory_at(arena_plan.scratch[s]), memory_at(arena_plan.kept[s])};
    }
    template <std::size_t S>
    static constexpr extents input_of = inference<net>::value.layers[Plan::stages[S].operation].input;

    /// z where it is kept apart; without an f, z and a are the same.
    Scalar* output(std::size_t s) const { return Plan::stages[s].is_identity ? a(s) : z(s); }

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
                state.keys[k] = key_of(tossed, static_cast<std::uint32_t>(S), static_cast<std::uint32_t>(k));
        };
        unroll<elementwise::count>(of_layer);
        return state;
    }

    template <std::size_t S>
    auto forward_to() const {
        constexpr bool keep_z = Train && Plan::duties[S].keep_z;
        constexpr bool toss = Train || !chain<S>::is_random;
        return forward_epilogue<chain<S>, Scalar, Plan::stages[S].outputs, toss, keep_z>{state<S>(), z(S), a(S)};
    }
    template <std::size_t S>
    auto backward_to() const {
        return backward_epilogue<chain<S>, Scalar, Plan::stages[S].outputs>{state<S>(), z(S), a(S), delta(S)};
    }

    /// Applies an epilogue to what lies in `from`, in place or not.
    template <std::size_t Features, class Epilogue>
    void apply(const Scalar* from, Epilogue& epilogue) const {
        for_each_register<Scalar, Features>(rows, [&](std::size_t block, std::size_t feature,
                                                      std::size_t vector) ESPALIER_INLINE_LAMBDA {
            epilogue(block, feature, vector, load(from + register_offset<Scalar, Features>(block, feature, vector)));
        });
    }

    template <std::size_t S>
    void forward() const {
        constexpr const stage& here = Plan::stages[S];
        constexpr bool is_identity = Train ? chain<S>::is_identity : chain<S>::is_inference_identity;
        [[maybe_unused]] Scalar* const before_f = z(S) != nullptr ? z(S) : a(S);
        if constexpr (S == 0) {
            kernel::pack_rows<Scalar, here.outputs>(x, rows, before_f);
        } else {
            using operation = stage_operation<net, S>;
            const auto p = tensors_of<here.operation>(parameters);
            if constexpr (layer::BatchLayer<operation>) {
                auto epilogue = forward_to<S>();
                operation::template forward<input_of<S>, Train>(p.data(), a(S - 1), rows, forward_memory(S), epilogue);
                return;
            } else {
                constexpr extents input = input_of<S>;
                for_each_vector<here.inputs, here.outputs>([&](std::size_t in, std::size_t out) {
                    operation::template forward<input, Scalar>(
                        features(a(S - 1) + in), layer::weights<Scalar>(p.data()), outputs(before_f + out));
                });
            }
        }
        if constexpr (!is_identity) {
            auto epilogue = forward_to<S>();
            apply<here.outputs>(before_f, epilogue);
        } else if (before_f != a(S)) {
            std::copy_n(before_f, Plan::lanes * here.outputs, a(S));
        }
    }

    /// This batch's statistics for the state of stage S's operation, in their places in the gradient.
    template <std::size_t S>
    void statistics([[maybe_unused]] Scalar* gradient) const {
        if constexpr (S > 0 && wants(Plan::wanted, request::parameters)) {
            constexpr const stage& here = Plan::stages[S];
            using operation = stage_operation<net, S>;
            if constexpr (here.operation_has_state && !layer::Frozen<operation>)
                operation::template statistics<input_of<S>>(tensors_of<here.operation>(parameters).data(), rows,
                                                            forward_memory(S),
                                                            tensors_of<here.operation>(gradient).data());
        }
    }

    /// From δ of stage S: the gradients of its operation's parameters, and δ of the stage before.
    template <std::size_t S>
    void backward([[maybe_unused]] Scalar* gradient) const {
        constexpr const stage& here = Plan::stages[S];
        constexpr const stage_duties& duty = Plan::duties[S];
        using operation = stage_operation<net, S>;
        if constexpr (duty.parameter_gradient) parameter_gradient<S, operation>(gradient);
        if constexpr (duty.input_gradient) {
            auto epilogue = backward_to<S - 1>();
            const auto p = tensors_of<here.operation>(parameters);
            if constexpr (layer::BatchLayer<operation>) {
                operation::template input_gradient<input_of<S>>(p.data(), a(S - 1), output(S), delta(S), rows,
                                                                backward_memory(S), epilogue);
            } else {
                constexpr extents input = input_of<S>;
                for_each_vector<here.inputs, here.outputs>([&](std::size_t in, std::size_t out) {
                    operation::template input_gradient<input, Scalar>(
                        features(a(S - 1) + in), features(output(S) + out), features(delta(S) + out),
                        layer::weights<Scalar>(p.data()), outputs(delta(S - 1) + in));
                });
                if constexpr (!chain<S - 1>::is_identity) apply<here.inputs>(delta(S - 1), epilogue);
            }
            learned_gradients<S - 1>(epilogue, gradient);
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
    static auto features(const Scalar* first) { return layer::features<Scalar>(first, block_lanes<Scalar>); }
    static auto outputs(Scalar* first) { return layer::outputs<Scalar>(first, block_lanes<Scalar>); }

    /// Calls f(offset of the samples in the input, in the output) for each register of samples.
    template <std::size_t Inputs, std::size_t Outputs, class Function>
    void for_each_vector(Function&& f) const {
        for (std::size_t vector = 0; vector * simd_width<Scalar> < rows; ++vector)
            f(register_offset<Scalar, Inputs>(vector / 2, 0, vector % 2),
              register_offset<Scalar, Outputs>(vector / 2, 0, vector % 2));
    }

    template <std::size_t S, class operation>
    void parameter_gradient(Scalar* gradient) const {
        constexpr const stage& here = Plan::stages[S];
        const auto tensors = tensors_of<here.operation>(gradient);
        if constexpr (layer::BatchLayer<operation>) {
            constexpr bool from_rows = Plan::memory[S].reads_rows;
            const auto p = tensors_of<here.operation>(parameters);
            operation::template parameter_gradient<input_of<S>, from_rows>(
                p.data(), from_rows ? x : a(S - 1), output(S), delta(S), rows, backward_memory(S), tensors.data());
        } else {
            constexpr extents input = input_of<S>;
            constexpr std::size_t first = first_parameter_tensor<net>(here.operation);
            for (std::size_t i = 0; i + 1 < tensors.size(); ++i)
                if (const parameter_tensor& tensor = parameter_tensors<net, Scalar>[first + i]; !tensor.what.is_state)
                    std::fill_n(tensors[i], tensor.size, Scalar{});
            const auto p = tensors_of<here.operation>(parameters);
            for_each_vector<here.inputs, here.outputs>([&](std::size_t in, std::size_t out) {
                operation::template parameter_gradient<input, Scalar>(
                    features(a(S - 1) + in), features(output(S) + out), features(delta(S) + out),
                    layer::weights<Scalar>(p.data()), layer::sums<Scalar>(tensors.data()));
            });
        }
    }
};

}  // namespace espalier::detail
