// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <espalier/core/refuse.hpp>
#include <espalier/expression/differentiate.hpp>
#include <espalier/expression/output_form.hpp>
#include <espalier/expression/program.hpp>
#include <espalier/expression/record.hpp>

/// A chain of elementwise layers composes into one function a = f(z); everything that its evaluation, its
/// derivative and the plan need is derived here, once per distinct chain.
namespace espalier::expression {

namespace detail {

template <class Elementwise>
concept DropsAtInference = requires { Elementwise::inference_expression; };

template <class Elementwise>
constexpr double drop_probability() {
    if constexpr (requires { Elementwise::drop_probability; })
        return Elementwise::drop_probability;
    else
        return 0;
}

/// f on a tape of its own; `train` says which expression of a layer such as dropout counts.
template <bool Train, class... Elementwise>
struct composed {
    tape code;
    index variable = nothing;
    index root = nothing;

    constexpr composed() {
        variable = leaf_of(code, operation::variable);
        root = variable;
        [[maybe_unused]] binding bound{};
        (compose<Elementwise>(bound), ...);
    }

private:
    template <class Layer>
    constexpr void compose(binding& bound) {
        bound.variable = root;
        if constexpr (!Train && DropsAtInference<Layer>)
            root = record(code, Layer::inference_expression, bound);
        else
            root = record(code, Layer::expression, bound);
        bound.first_parameter += parameter_count(Layer::expression);
        ++bound.first_coin;
    }
};

/// Whether the index depends on a leaf of this kind.
constexpr bool depends_on(const tape& code, index root, operation kind) { return extract(code, &root, 1).reads(kind); }

struct backward_program {
    program code;  // results: δ = ∇_a C · da/dz, then ∇_a C · da/dp for each learned parameter
    bool mathematically_reads_z = false;
};

template <class... Elementwise>
constexpr backward_program derive_backward() {
    composed<true, Elementwise...> f;
    const std::size_t parameters = (std::size_t{0} + ... + parameter_count(Elementwise::expression));
    index in_z[program::max_results] = {};
    index in_a[program::max_results] = {};
    bool expressible = true;
    bool reads_z = false;
    if (parameters + 1 > program::max_results) refuse_constant("a chain of activations may learn up to 7 parameters");
    for (std::size_t k = 0; k <= parameters; ++k) {
        const index by = k == 0 ? f.variable : leaf_of(f.code, operation::parameter, k - 1);
        in_z[k] = by <= f.root ? differentiate(f.code, f.root, by) : constant_of(f.code, 0);
        reads_z = reads_z || depends_on(f.code, in_z[k], operation::variable);
    }
    for (std::size_t k = 0; k <= parameters && expressible; ++k) {
        in_a[k] = in_terms_of_output(f.code, in_z[k], f.root);
        expressible = in_a[k] != nothing;
    }
    index* const derivative = reads_z && expressible ? in_a : in_z;
    const index arriving = leaf_of(f.code, operation::gradient);
    for (std::size_t k = 0; k <= parameters; ++k) derivative[k] = multiply(f.code, derivative[k], arriving);
    return {extract(f.code, derivative, parameters + 1), reads_z};
}

}  // namespace detail

template <class... Elementwise>
struct chain {
    static constexpr std::size_t parameters = (std::size_t{0} + ... + parameter_count(Elementwise::expression));

private:
    template <bool Train>
    static constexpr program forward_program() {
        const detail::composed<Train, Elementwise...> f;
        return extract(f.code, &f.root, 1);
    }
    static constexpr detail::backward_program derived = detail::derive_backward<Elementwise...>();

public:
    /// One result: a.
    static constexpr program forward = forward_program<true>();
    static constexpr program inference = forward_program<false>();
    /// Results: δ = ∇_a C · f′, then ∇_a C · ∂f/∂p for each learned parameter; f′ in z or, where possible, in a.
    static constexpr program backward = derived.code;

    static constexpr bool is_identity = forward.size == 1 && forward.code[0].kind == operation::variable;
    static constexpr bool is_inference_identity = inference.size == 1 && inference.code[0].kind == operation::variable;
    static constexpr bool is_random = forward.reads(operation::keep);
    /// Of each layer in the chain; 0 where it tosses no coin.
    static constexpr std::array<double, sizeof...(Elementwise)> drop_probabilities{
        detail::drop_probability<Elementwise>()...};
    /// Whether ∇C with respect to z depends on z at all: what the mathematics says.
    static constexpr bool depends_on_z = derived.mathematically_reads_z;
    /// What the evaluation of `backward` loads: z, or a in its stead.
    static constexpr bool backward_reads_z = backward.reads(operation::variable);
    static constexpr bool backward_reads_a = backward.reads(operation::output);
};

}  // namespace espalier::expression
