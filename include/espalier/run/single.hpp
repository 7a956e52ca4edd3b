// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

#include <espalier/plan/packed.hpp>
#include <espalier/plan/stream.hpp>
#include <espalier/run/pass.hpp>

/// Predictions of one sample, or of one time step of a stream, on pointers: neither heap nor exceptions nor anything of
/// xtensor.
namespace espalier::detail {

/// A prediction's buffers lie on the stack, which threads often have little of.
inline constexpr std::size_t stack_limit = 256 * 1024;

/// Bytes of scratch of an operation's forward_single.
template <class Operation, extents Input, class Scalar>
constexpr std::size_t single_scratch() {
    if constexpr (requires { Operation::template forward_single_scratch<Input, Scalar>(); })
        return Operation::template forward_single_scratch<Input, Scalar>();
    else
        return 0;
}

/// Where each stage's output lies for one sample: a plan with a single lane, every tensor padded to whole registers.
template <class Scalar, std::size_t Stages>
constexpr arena_plan<Stages> plan_single(const std::array<stage, Stages>& all, bool reads_caller) {
    std::array<stage, Stages> padded = all;
    std::array<stage_duties, Stages> no_duties{};
    std::array<operation_memory, Stages> no_memory{};
    for (stage& each : padded)
        each.outputs = (each.outputs + simd_width<Scalar> - 1) / simd_width<Scalar> * simd_width<Scalar>;
    if (reads_caller) padded[0].outputs = 0;
    return plan_arena(padded, no_duties, no_memory, 1, sizeof(Scalar), false);
}

/// z of one sample → f(z), to memory. Addends: how many tensors are added to what arrives, which gives z.
template <class Chain, class Scalar, std::size_t Addends>
struct to_features {
    chain_state<Chain, Scalar> state;
    Scalar* to;
    std::array<const Scalar*, Addends> addends;
    static constexpr bool is_long = expression::cost(Chain::inference) > longest_inlined;

    ESPALIER_INLINE void operator()(std::size_t first, simd<Scalar> z) const {
        for (std::size_t i = 0; i < Addends; ++i) z += load(addends[i] + first);
        const chain_leaves<Chain, Scalar> leaves{state, 0, first, z, {}, {}};
        store(to + first, expression::evaluate<Chain::inference, Scalar>(leaves)[0]);
    }
};

/// No layer waits, as outside of streams.
template <class Net>
inline constexpr std::array<std::size_t, layer_count<Net>> no_waits{};

/// One sample through the stages: features along the lanes, in an arena on the stack. Layers get zeros for the first
/// Waits[layer] steps of a stream. Packed: weights are read as a predictor holds them, where it does.
template <class Net, class Scalar, const auto& Waits = no_waits<Net>, bool Packed = false>
class single_pass {
    static constexpr auto& stages = espalier::stages<Net>;
    static constexpr std::size_t last = stage_count<Net> - 1;
    template <std::size_t S>
    using chain = stage_chain<Net, S>;
    using stage_plan = espalier::plan<Net, 1, Scalar, request::nothing>;
    using stage_pass = pass<stage_plan, Scalar, false>;

    /// Whether the input is read where the caller has it: not where whole registers of it are read.
    static constexpr bool reads_caller = [] {
        bool only_operations = chain<0>::is_inference_identity;
        for (const stage& each : stages)
            for (std::size_t i = 0; i < each.source_count; ++i)
                if (each.sources[i] == 0 && (each.is != stage_kind::layer || i > 0)) only_operations = false;
        return only_operations;
    }();
    static constexpr auto plan = plan_single<Scalar>(stages, reads_caller);
    static constexpr bool is_step = &Waits != &no_waits<Net>;
    /// Refuses what the stack may not hold, and says what does.
    template <std::size_t Bytes>
    static constexpr void fits_stack() {
        static_assert(
            is_step || Bytes <= stack_limit,
            "the layers are too wide for the stack: predict(parameters, x, y, inference_workspace) with one row");
        static_assert(!is_step || Bytes <= stack_limit,
                      "the layers are too wide for a stream, whose steps lie on the stack: predict windows instead");
    }

public:
    static constexpr std::size_t arena_bytes = plan.bytes;

    /// Of a stream's network, kept: what stream_offsets lays out; passed: the steps before this one.
    explicit single_pass(const Scalar* parameters, std::byte* kept = nullptr, std::size_t passed = 0)
        : parameters_(parameters), kept_(kept), passed_(passed) {
        fits_stack<plan.bytes>();
    }
    /// Of a predictor: what packed_offsets lays out; parameters: null where reads_flat says that nothing needs them.
    single_pass(const Scalar* parameters, const std::byte* packed)
        requires Packed
        : parameters_(parameters), kept_(nullptr), passed_(0), packed_(packed) {
        fits_stack<plan.bytes>();
    }

    ESPALIER_FLATTEN void run(const Scalar* x, Scalar* y) {
        x_ = x;
        if constexpr (shares)
            for_each_stage<stage_plan>([&]<std::size_t S>(auto s) { this->template forward_apart<S>(s); });
        else
            for_each_index<stage_count<Net>>([&](auto s) ESPALIER_PART_LAMBDA { this->template forward<s>(s); });
        std::copy_n(output(last), output_size<Net>, y);
    }

private:
    /// Whether stages that are alike share a function. A stream's steps differ in what they wait for.
    static constexpr bool shares = !is_step && stage_count<Net> > many_stages;

    template <std::size_t S, extents Input>
    static constexpr bool packs = Packed && packed_bytes<Scalar>::template of<stage_operation<Net, S>, Input>() > 0;

    static constexpr std::array<std::size_t, stage_count<Net>> places = [] {
        std::array<std::size_t, stage_count<Net>> list{};
        for (std::size_t s = 0; s < list.size(); ++s) list[s] = plan.tensors[plan.a[s]].offset / sizeof(Scalar);
        return list;
    }();
    ESPALIER_INLINE Scalar* place(std::size_t s) { return arena_ + places[s]; }
    ESPALIER_INLINE const Scalar* output(std::size_t s) { return reads_caller && s == 0 ? x_ : place(s); }
    ESPALIER_INLINE const Scalar* source(std::size_t s, std::size_t i) { return output(stages[s].sources[i]); }

    template <std::size_t S>
    ESPALIER_INLINE auto operands(std::size_t s) {
        return tensors_of<flat_network<Net>, tensors_of_layer<flat_network<Net>, stages[S].operation>>(
            parameters_, stages[s].operation);
    }

    /// What an operation reads.
    template <std::size_t S>
    ESPALIER_INLINE const Scalar* arrived(std::size_t s) {
        constexpr std::size_t waits = Waits[stages[S].operation];
        if constexpr (waits > 0) {
            alignas(alignment) static constexpr Scalar zeros[stages[S].inputs + simd_width<Scalar>] = {};
            if (passed_ < waits) return zeros;
        }
        return source(s, 0);
    }

    /// A function for the stages that are like S.
    template <std::size_t S, class Position>
    [[gnu::noinline]] ESPALIER_FLATTEN void forward_apart(Position s) {
        forward<S>(s);
    }

    template <std::size_t S, class Position>
    ESPALIER_PART void forward(Position s) {
        constexpr const stage& here = stages[S];
        Scalar* const to = place(s);
        const stage_pass at{parameters_, x_, 1, nullptr};
        to_features<chain<S>, Scalar, here.addends()> epilogue{
            at.template state<chain<S>, stage_pass::template with_scalars<S>>(), to, {}};
        for (std::size_t i = 0; i < here.addends(); ++i) epilogue.addends[i] = source(s, i + 1);
        constexpr bool is_plain = chain<S>::is_inference_identity && here.addends() == 0;
        if constexpr (here.is == stage_kind::input) {
            if constexpr (reads_caller) return;
            std::copy_n(x_, here.outputs, to);
            if constexpr (!is_plain) apply(to, epilogue, here.outputs);
        } else if constexpr (here.is == stage_kind::layer) {
            using operation = stage_operation<Net, S>;
            constexpr extents input = inference<Net>::value.layers[here.operation].input;
            if constexpr (packs<S, input>) {
                const std::size_t offset = packed_offsets<Net, Scalar>[s];
                operation::template forward_packed<input>(
                    std::assume_aligned<alignment>(reinterpret_cast<const Scalar*>(packed_ + offset)), arrived<S>(s),
                    epilogue);
            } else if constexpr (layer::BatchLayer<operation>) {
                const auto p = operands<S>(s);
                constexpr std::size_t scratch = single_scratch<operation, input, Scalar>();
                fits_stack<scratch>();
                layer::batch_memory memory;
                if constexpr (stream_bytes<Scalar>::template of<operation, input>() > 0)
                    memory.kept = kept_ + stream_offsets<Net, Scalar>[s];
                const Scalar* const x = arrived<S>(s);
                if constexpr (scratch > 0) {
                    alignas(alignment) std::byte bytes[scratch];
                    memory.scratch = bytes;
                    operation::template forward_single<input>(p.data(), x, memory, epilogue);
                } else {
                    operation::template forward_single<input>(p.data(), x, memory, epilogue);
                }
            } else {
                const auto p = operands<S>(s);
                through_lanes<S, input>(p.data(), source(s, 0), to);
                if constexpr (!is_plain) apply(to, epilogue, here.outputs);
            }
        } else if constexpr (here.is == stage_kind::concat) {
            std::size_t first = 0;
            for (std::size_t i = 0; i < here.source_count; ++i) {
                const std::size_t width = stages[here.sources[i]].outputs;
                std::copy_n(source(s, i), width, to + first);
                first += width;
            }
            if constexpr (!is_plain) apply(to, epilogue, here.outputs);
        } else {
            for (std::size_t first = 0; first < here.outputs; first += simd_width<Scalar>) {
                simd<Scalar> value = load(source(s, 0) + first);
                for (std::size_t i = 1; i < here.source_count; ++i) {
                    const simd<Scalar> other = load(source(s, i) + first);
                    value = here.is == stage_kind::product ? value * other : value + other;
                }
                epilogue(first, value);
            }
        }
    }

    template <class Epilogue>
    static void apply(const Scalar* from, Epilogue& epilogue, std::size_t features) {
        for (std::size_t first = 0; first < features; first += simd_width<Scalar>) epilogue(first, load(from + first));
    }

    /// An operation for registers of samples gets this one sample in every lane.
    template <std::size_t S, extents Input>
    [[gnu::noinline]] static void through_lanes(const Scalar* const* p, const Scalar* from, Scalar* to) {
        constexpr const stage& here = stages[S];
        constexpr std::size_t width = simd_width<Scalar>;
        fits_stack<(here.inputs + here.outputs) * width * sizeof(Scalar)>();
        alignas(alignment) Scalar in[here.inputs * width];
        alignas(alignment) Scalar out[here.outputs * width];
        for (std::size_t i = 0; i < here.inputs; ++i) store(in + i * width, simd<Scalar>(from[i]));
        stage_operation<Net, S>::template forward<Input, Scalar>(
            layer::features<Scalar>(in, width), layer::weights<Scalar>(p), layer::outputs<Scalar>(out, width));
        for (std::size_t i = 0; i < here.outputs; ++i) to[i] = out[i * width];
    }

    const Scalar* parameters_;
    [[maybe_unused]] std::byte* kept_;
    [[maybe_unused]] std::size_t passed_;
    [[maybe_unused]] const std::byte* packed_ = nullptr;
    const Scalar* x_ = nullptr;
    alignas(alignment) Scalar arena_[plan.bytes == 0 ? 1 : plan.bytes / sizeof(Scalar)];
};

}  // namespace espalier::detail
