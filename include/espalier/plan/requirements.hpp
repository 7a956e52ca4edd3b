// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/plan/stages.hpp>
#include <espalier/plan/symbols.hpp>

/// What each gradient reads, and hence what must be computed and kept.
namespace espalier {

/// The gradients that a caller wants.
enum class request : unsigned char { nothing = 0, parameters = 1, input = 2, both = 3 };

constexpr bool wants(request wanted, request what) {
    return (static_cast<unsigned>(wanted) & static_cast<unsigned>(what)) != 0;
}

/// What a stage does in a training step.
struct stage_duties {
    bool backward = false;            // δ is computed
    bool parameter_gradient = false;  // of the operation
    bool input_gradient = false;      // of the operation: Wᵀ δ goes to the stage before, or a join's to its branches
    bool keep_z = false;              // for backward, beside a
    bool keep_a = false;

    friend constexpr bool operator==(const stage_duties&, const stage_duties&) = default;
};

namespace detail {

/// Whether the operation of a stage reads its input for the gradients that it owes; whether it reads its output.
constexpr bool reads_input(const stage& here, const stage_duties& duty) {
    return (duty.parameter_gradient && here.parameter_gradient_reads.input) ||
           (duty.input_gradient && here.input_gradient_reads.input);
}
constexpr bool reads_output(const stage& here, const stage_duties& duty) {
    return (duty.parameter_gradient && here.parameter_gradient_reads.output) ||
           (duty.input_gradient && here.input_gradient_reads.output);
}

/// Whether, of a product's sources, number `slot` is read for the gradient of another one.
template <std::size_t Count>
constexpr bool reads_factor(const stage& here, const std::array<stage_duties, Count>& duties, std::size_t slot) {
    if (here.is != stage_kind::product) return false;
    for (std::size_t other = 0; other < here.source_count; ++other)
        if (other != slot && duties[here.sources[other]].backward) return true;
    return false;
}

/// Whether f′ of a stage reads the source's a, since it is its own z.
constexpr bool reads_source_as_z(const stage& here, const stage_duties& duty) {
    return duty.backward && here.only_function() && here.backward_reads_z && !here.is_identity;
}

/// Duties from the stages alone. δ is computed where something wanted lies at the stage or before it.
template <std::size_t Count>
constexpr std::array<stage_duties, Count> duties_of(const std::array<stage, Count>& all, request wanted) {
    std::array<stage_duties, Count> duties{};
    for (std::size_t s = 0; s < Count; ++s) {
        const stage& here = all[s];
        stage_duties& duty = duties[s];
        const bool trains = here.operation_trains || here.activation_trains;
        duty.backward = (wants(wanted, request::parameters) && trains) || (s == 0 && wants(wanted, request::input));
        for (std::size_t i = 0; i < here.source_count; ++i)
            duty.backward = duty.backward || duties[here.sources[i]].backward;
        if (!duty.backward) continue;
        duty.parameter_gradient = here.operation_trains && wants(wanted, request::parameters);
        const std::size_t computed = here.is == stage_kind::layer ? 1 : here.source_count;
        for (std::size_t i = 0; i < computed; ++i)
            duty.input_gradient = duty.input_gradient || duties[here.sources[i]].backward;
        duty.keep_z = here.backward_reads_z && !here.is_identity && !here.only_function();
        duty.keep_a = here.backward_reads_a;
    }
    for (std::size_t s = 1; s < Count; ++s) {
        const stage& here = all[s];
        if (reads_output(here, duties[s])) (here.is_identity ? duties[s].keep_a : duties[s].keep_z) = true;
        if (reads_input(here, duties[s]) || reads_source_as_z(here, duties[s])) duties[here.sources[0]].keep_a = true;
        for (std::size_t i = 0; i < here.source_count; ++i)
            if (reads_factor(here, duties, i)) duties[here.sources[i]].keep_a = true;
    }
    return duties;
}

/// δˡ = ∇_{aˡ}C ⊙ f′(zˡ). ∇_{aˡ}C is (Wˡ⁺¹)ᵀ δˡ⁺¹ in a chain, the sum of such terms over all stages that read aˡ, or
/// comes from the loss for the last layer.
template <std::size_t Count>
constexpr void read_delta(const std::array<stage, Count>& all, std::size_t l, symbol_set& set, bool through_f = true) {
    using enum symbol::quantity;
    for (std::size_t c = l + 1; c < Count; ++c) {
        const stage& reader = all[c];
        for (std::size_t i = 0; i < reader.source_count; ++i) {
            if (reader.sources[i] != l) continue;
            set.insert({delta, c});
            if (reader.is == stage_kind::layer && i == 0) {
                const layer::reads& next = reader.input_gradient_reads;
                if (next.parameters) set.insert({weights, c});
                if (next.input) set.insert({activation, l});
                if (next.output) set.insert({preactivation, c});
            }
            if (reader.is == stage_kind::product)
                for (std::size_t other = 0; other < reader.source_count; ++other)
                    if (other != i) set.insert({activation, reader.sources[other]});
        }
    }
    if (l + 1 == Count) {
        set.insert({activation, l});
        set.insert({target, 0});
    }
    if (through_f && all[l].depends_on_z) set.insert({preactivation, l});
}

}  // namespace detail

/// What a stage does in a step that yields the wanted gradients.
template <Network Net, request Wanted = request::parameters>
inline constexpr auto duties = detail::duties_of(stages<Net>, Wanted);

#ifdef __cpp_exceptions  // a question to the compiler, whose errors are throws: programs without them do not ask it
/// What the gradient of the cost with respect to a quantity reads by the mathematics (DESIGN: in z, whatever is
/// kept in its stead): W<l>, b<l>, z<l> (its gradient is δˡ) or a<l>. For instance
///     gradient_reads<Net>(W<l>) == reads{W<l + 1>, delta<l + 1>, z<l>, a<l - 1>}
/// — not the gradient of Wˡ⁺¹, and not aˡ. With branches, what reads aˡ need not be layer l + 1, nor one layer alone;
/// the numbers are those of the stages (plan/stages.hpp). The last layer's reads its own output and the target, through
/// the loss. Of a frozen layer's parameters, or of a bias that is not there, there is no gradient: nothing is read.
template <Network Net>
consteval symbol_set gradient_reads(symbol of) {
    static_assert(diagnostics::findings_in<Net>::reported);
    constexpr auto& all = stages<Net>;
    using enum symbol::quantity;
    symbol_set set;
    const std::size_t l = of.layer;
    if (l >= all.size()) throw "the network has fewer weighted layers than that";
    switch (of.of) {
        case weights:
        case bias:
            if (l == 0) throw "weights and biases count from 1";
            if (!all[l].operation_trains || (of.of == bias && all[l].operation_tensors < 2)) return set;
            detail::read_delta(all, l, set);
            if (of.of == weights && all[l].parameter_gradient_reads.input) set.insert({activation, all[l].sources[0]});
            if (of.of == weights && all[l].parameter_gradient_reads.output) set.insert({preactivation, l});
            return set;
        case preactivation:
        case delta:
            detail::read_delta(all, l, set);
            return set;
        case activation:
            detail::read_delta(all, l, set, false);  // f′(zˡ) belongs to δˡ, not to ∇_{aˡ}C
            return set;
        default:
            throw "gradient_reads takes W, b, z, delta or a";
    }
}
/// A network in place of its type. Taken here and refused elsewhere: a refusal within a static_assert is three errors.
template <auto Net>
    requires Network<decltype(Net)>
consteval symbol_set gradient_reads(symbol of) {
    return gradient_reads<std::remove_cvref_t<decltype(Net)>>(of);
}
#endif

}  // namespace espalier
