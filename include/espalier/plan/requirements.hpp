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
    bool input_gradient = false;      // of the operation: Wᵀ δ goes to the stage before
    bool keep_z = false;              // for backward, beside a
    bool keep_a = false;

    friend constexpr bool operator==(const stage_duties&, const stage_duties&) = default;
};

namespace detail {

/// Duties from the stages alone. Nothing runs below the lowest stage that something wanted depends on.
template <std::size_t Count>
constexpr std::array<stage_duties, Count> duties_of(const std::array<stage, Count>& all, request wanted) {
    std::array<stage_duties, Count> duties{};
    std::size_t lowest = Count;
    for (std::size_t s = Count; s-- > 0;) {
        const bool trains = all[s].operation_trains || all[s].activation_trains;
        if ((wants(wanted, request::parameters) && trains) || (s == 0 && wants(wanted, request::input))) lowest = s;
    }
    for (std::size_t s = lowest; s < Count; ++s) {
        stage_duties& duty = duties[s];
        duty.backward = true;
        duty.parameter_gradient = all[s].operation_trains && wants(wanted, request::parameters);
        duty.input_gradient = s > lowest;
        duty.keep_z = all[s].backward_reads_z && !all[s].is_identity;
        duty.keep_a = all[s].backward_reads_a;
    }
    for (std::size_t s = 1; s < Count; ++s) {
        const layer::reads& first = all[s].parameter_gradient_reads;
        const layer::reads& second = all[s].input_gradient_reads;
        const bool input = (duties[s].parameter_gradient && first.input) || (duties[s].input_gradient && second.input);
        const bool output =
            (duties[s].parameter_gradient && first.output) || (duties[s].input_gradient && second.output);
        duties[s - 1].keep_a = duties[s - 1].keep_a || input;
        if (output) (all[s].is_identity ? duties[s].keep_a : duties[s].keep_z) = true;
    }
    return duties;
}

/// δˡ = ∇_{aˡ}C ⊙ f′(zˡ), with ∇_{aˡ}C = (Wˡ⁺¹)ᵀ δˡ⁺¹, or from the loss for the last layer.
template <std::size_t Count>
constexpr void read_delta(const std::array<stage, Count>& all, std::size_t l, symbol_set& set) {
    using enum symbol::quantity;
    if (l + 1 < Count) {
        const layer::reads& next = all[l + 1].input_gradient_reads;
        set.insert({delta, l + 1});
        if (next.parameters) set.insert({weights, l + 1});
        if (next.input) set.insert({activation, l});
        if (next.output) set.insert({preactivation, l + 1});
    } else {
        set.insert({activation, l});
        set.insert({target, 0});
    }
    if (all[l].depends_on_z) set.insert({preactivation, l});
}

// Not constexpr: a call to one of them is the error, and its name is what every compiler prints.
void the_network_has_fewer_layers_than_that();
void weights_and_biases_count_from_1();
void gradient_reads_takes_W_b_z_delta_or_a();

}  // namespace detail

/// What a stage does in a step that yields the wanted gradients.
template <Network Net, request Wanted = request::parameters>
inline constexpr auto duties = detail::duties_of(stages<Net>, Wanted);

/// What the gradient of the cost with respect to a quantity reads by the mathematics (DESIGN: in z, whatever is
/// kept in its stead): W<l>, b<l>, z<l> (its gradient is δˡ) or a<l>. For instance
///     gradient_reads<Net>(W<l>) == reads{W<l + 1>, delta<l + 1>, z<l>, a<l - 1>}
/// — not the gradient of Wˡ⁺¹, and not aˡ. The last layer's reads its own output and the target, through the loss.
/// Of a frozen layer's parameters, or of a bias that is not there, there is no gradient: nothing is read.
template <Network Net>
consteval symbol_set gradient_reads(symbol of) {
    constexpr auto& all = stages<Net>;
    using enum symbol::quantity;
    symbol_set set;
    const std::size_t l = of.layer;
    if (l >= all.size()) {
        detail::the_network_has_fewer_layers_than_that();
        return set;
    }
    switch (of.of) {
        case weights:
        case bias:
            if (l == 0) detail::weights_and_biases_count_from_1();
            if (!all[l].operation_trains || (of.of == bias && all[l].operation_tensors < 2)) return set;
            detail::read_delta(all, l, set);
            if (of.of == weights && all[l].parameter_gradient_reads.input) set.insert({activation, l - 1});
            if (of.of == weights && all[l].parameter_gradient_reads.output) set.insert({preactivation, l});
            return set;
        case preactivation:
        case delta:
            detail::read_delta(all, l, set);
            return set;
        case activation: {
            if (l + 1 == all.size()) return {symbol{activation, l}, symbol{target, 0}};
            detail::read_delta(all, l, set);
            if (all[l].depends_on_z) {  // f′(zˡ) belongs to δˡ, not to ∇_{aˡ}C
                symbol_set without;
                for (const symbol& each : set)
                    if (each != symbol{preactivation, l}) without.insert(each);
                return without;
            }
            return set;
        }
        default:
            detail::gradient_reads_takes_W_b_z_delta_or_a();
            return set;
    }
}

}  // namespace espalier
