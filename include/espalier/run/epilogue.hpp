// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/lanes.hpp>
#include <espalier/expression/chain.hpp>
#include <espalier/expression/evaluate.hpp>
#include <espalier/run/coin_lanes.hpp>

/// What happens to a register on its way from a product to memory: the stage's function f, or its derivative.
namespace espalier::detail {

/// Offset of a register in [block][features][lanes].
template <class Scalar>
constexpr std::size_t register_offset(std::size_t features, std::size_t block, std::size_t feature,
                                      std::size_t vector) {
    return (block * features + feature) * block_lanes<Scalar> + vector * simd_width<Scalar>;
}
template <class Scalar, std::size_t Features>
constexpr std::size_t register_offset(std::size_t block, std::size_t feature, std::size_t vector) {
    return register_offset<Scalar>(Features, block, feature, vector);
}

/// Features of an epilogue's tensors; 0: they are known when the program runs.
template <std::size_t Features>
struct feature_count {
    static constexpr std::size_t value = Features;
};
template <>
struct feature_count<0> {
    std::size_t value = 0;
};

/// The scalars of f: its learned parameters and the keys of its coins.
template <class Chain, class Scalar>
struct chain_state {
    std::array<const Scalar*, Chain::parameters> learned{};
    std::array<coin_key, Chain::drop_probabilities.size()> keys{};
    std::size_t first_row = 0;
};

/// Feeds a program's leaves for one register.
template <class Chain, class Scalar>
struct chain_leaves {
    const chain_state<Chain, Scalar>& state;
    std::size_t first_sample;
    std::size_t feature;
    simd<Scalar> z;
    simd<Scalar> a;
    simd<Scalar> arriving;

    template <expression::operation Kind, std::size_t Number>
    ESPALIER_INLINE auto read() const {
        using enum expression::operation;
        if constexpr (Kind == variable)
            return z;
        else if constexpr (Kind == output)
            return a;
        else if constexpr (Kind == gradient)
            return arriving;
        else if constexpr (Kind == parameter)
            return simd<Scalar>(*state.learned[Number]);
        else if constexpr (Kind == keep)
            return uniform_lanes<Scalar>(state.keys[Number], static_cast<std::uint32_t>(first_sample),
                                         static_cast<std::uint32_t>(feature)) >=
                   simd<Scalar>(static_cast<Scalar>(Chain::drop_probabilities[Number]));
    }
};

/// Instructions of a function that is written out for each register of a tile.
inline constexpr std::size_t longest_inlined = 40;

/// z → a, and z itself to memory where backward asks for it. Inference is the case Train = false of chains that toss
/// coins only: others share the code of training. Addends: how many tensors are added to what arrives, which gives z.
template <class Chain, class Scalar, std::size_t Features, bool Train, bool KeepZ, std::size_t Addends = 0>
struct forward_epilogue {
    static constexpr bool is_long = expression::cost(Train ? Chain::forward : Chain::inference) > longest_inlined;

    chain_state<Chain, Scalar> state;
    Scalar* z;
    Scalar* a;
    std::array<const Scalar*, Addends> addends{};
    [[no_unique_address]] feature_count<Features> features{};

    ESPALIER_INLINE void operator()(std::size_t block, std::size_t feature, std::size_t vector,
                                    simd<Scalar> value) const {
        constexpr const expression::program& code = Train ? Chain::forward : Chain::inference;
        const std::size_t at = register_offset<Scalar>(features.value, block, feature, vector);
        for (std::size_t i = 0; i < Addends; ++i) value += load(addends[i] + at);
        if constexpr (KeepZ) store(z + at, value);
        const chain_leaves<Chain, Scalar> leaves{
            state, state.first_row + block * block_lanes<Scalar> + vector * simd_width<Scalar>, feature, value, {}, {}};
        store(a + at, expression::evaluate<code, Scalar>(leaves)[0]);
    }
};

/// ∇_a C → δ = ∇_a C ⊙ f′, and the gradients of f's learned parameters. FromFeatures > 0: what arrives is a part of
/// ∇_a C, added to what lies in `from`, a tensor of so many features (which may be a slice of them).
template <class Chain, class Scalar, std::size_t Features, std::size_t FromFeatures = 0>
struct backward_epilogue {
    static constexpr bool is_long = expression::cost(Chain::backward) > longest_inlined;

    chain_state<Chain, Scalar> state;
    const Scalar* z;
    const Scalar* a;
    Scalar* delta;
    const Scalar* from = nullptr;
    std::array<simd<Scalar>, Chain::parameters> sums{};
    [[no_unique_address]] feature_count<Features> features{};

    ESPALIER_INLINE void operator()(std::size_t block, std::size_t feature, std::size_t vector, simd<Scalar> arriving) {
        const std::size_t at = register_offset<Scalar>(features.value, block, feature, vector);
        if constexpr (FromFeatures > 0)
            arriving += load(from + register_offset<Scalar, FromFeatures>(block, feature, vector));
        chain_leaves<Chain, Scalar> leaves{
            state,   state.first_row + block * block_lanes<Scalar> + vector * simd_width<Scalar>, feature, {}, {},
            arriving};
        if constexpr (Chain::backward_reads_z) leaves.z = load(z + at);
        if constexpr (Chain::backward_reads_a) leaves.a = load(a + at);
        const auto results = expression::evaluate<Chain::backward, Scalar>(leaves);
        store(delta + at, results[0]);
        unroll<Chain::parameters>([&](auto k) ESPALIER_INLINE_LAMBDA { sums[k] += results[k + 1]; });
    }
};

/// Calls f(block, feature, vector) for every register that holds samples.
template <class Scalar, std::size_t Features, class Function>
ESPALIER_INLINE void for_each_register(std::size_t rows, Function&& f) {
    const std::size_t vectors = (rows + simd_width<Scalar> - 1) / simd_width<Scalar>;
    for (std::size_t block = 0; block < blocks_for<Scalar>(rows); ++block)
        for (std::size_t feature = 0; feature < Features; ++feature)
            for (std::size_t vector = 0; vector < 2 && 2 * block + vector < vectors; ++vector)
                f(block, feature, vector);
}

/// Applies an epilogue to what lies in `from`, in place or not: to Features features from there on, among FromFeatures.
/// For the epilogue they count from `first`.
template <std::size_t Features, std::size_t FromFeatures, class Scalar, class Epilogue>
[[gnu::noinline]] void apply_epilogue(const Scalar* from, std::size_t rows, Epilogue& epilogue, std::size_t first = 0) {
    for_each_register<Scalar, Features>(
        rows, [&](std::size_t block, std::size_t feature, std::size_t vector) ESPALIER_INLINE_LAMBDA {
            epilogue(block, first + feature, vector,
                     load(from + register_offset<Scalar, FromFeatures>(block, feature, vector)));
        });
}

/// Applies an epilogue to the product, or the sum, of tensors of the same shape.
template <bool Multiplies, std::size_t Features, class Scalar, std::size_t Count, class Epilogue>
[[gnu::noinline]] void combine(const std::array<const Scalar*, Count>& sources, std::size_t rows, Epilogue& epilogue) {
    for_each_register<Scalar, Features>(
        rows, [&](std::size_t block, std::size_t feature, std::size_t vector) ESPALIER_INLINE_LAMBDA {
            const std::size_t at = register_offset<Scalar, Features>(block, feature, vector);
            simd<Scalar> value = load(sources[0] + at);
            ESPALIER_UNROLL
            for (std::size_t i = 1; i < Count; ++i)
                value = Multiplies ? value * load(sources[i] + at) : value + load(sources[i] + at);
            epilogue(block, feature, vector, value);
        });
}

}  // namespace espalier::detail
