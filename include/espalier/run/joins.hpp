// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

#include <espalier/plan/arena_plan.hpp>
#include <espalier/run/epilogue.hpp>

/// Where branches meet: the stages of a pass that are no layer's.
namespace espalier::detail {

template <std::size_t S, class Pass>
auto sources_of(const Pass& at) {
    std::array<const typename Pass::scalar*, Pass::planned::stages[S].source_count> list{};
    for (std::size_t i = 0; i < list.size(); ++i) list[i] = at.a(Pass::planned::stages[S].sources[i]);
    return list;
}

/// Where a source begins in a concatenation.
template <class Plan, std::size_t S>
constexpr std::size_t first_of_source(std::size_t slot) {
    std::size_t first = 0;
    for (std::size_t i = 0; i < slot; ++i) first += Plan::stages[Plan::stages[S].sources[i]].outputs;
    return first;
}

/// a of stage S from those of its sources: beside one another, their sum or their product; then f.
template <std::size_t S, class Pass>
void join_branches(const Pass& at) {
    using plan = typename Pass::planned;
    constexpr const stage& here = plan::stages[S];
    auto epilogue = at.template forward_to<S>(std::integral_constant<std::size_t, S>{});
    const auto sources = sources_of<S>(at);
    if constexpr (here.is == stage_kind::concat)
        unroll<here.source_count>([&](auto i) {
            constexpr std::size_t width = plan::stages[plan::stages[S].sources[i]].outputs;
            apply_epilogue<width, width>(sources[i], at.rows, epilogue, first_of_source<plan, S>(i));
        });
    else
        combine<here.is == stage_kind::product, here.outputs>(sources, at.rows, epilogue);
}

/// Each source's gradient is δ times the other sources, whose places the new deltas may take: a register of all of
/// them is read before any is written.
template <std::size_t S, class Pass, class Scalar>
void product_gradients(const Pass& at, [[maybe_unused]] Scalar* gradient) {
    using plan = typename Pass::planned;
    constexpr std::size_t count = plan::stages[S].source_count;
    const auto factors = sources_of<S>(at);
    auto epilogues = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::tuple{at.template contribute_to<S, I>(std::integral_constant<std::size_t, S>{})...};
    }(std::make_index_sequence<count>{});
    for_each_register<Scalar, plan::stages[S].outputs>(
        at.rows, [&](std::size_t block, std::size_t feature, std::size_t vector) ESPALIER_INLINE_LAMBDA {
            const std::size_t offset = register_offset<Scalar, plan::stages[S].outputs>(block, feature, vector);
            simd<Scalar> factor[count];
            unroll<count>([&](auto i) ESPALIER_INLINE_LAMBDA { factor[i] = load(factors[i] + offset); });
            const simd<Scalar> arriving = load(at.delta(S) + offset);
            unroll<count>([&](auto i) ESPALIER_INLINE_LAMBDA {
                constexpr std::size_t slot = count - 1 - i;
                if constexpr (plan::arena.contributions[S][slot].computes) {
                    simd<Scalar> value = arriving;
                    ESPALIER_UNROLL
                    for (std::size_t other = 0; other < count; ++other)
                        if (other != slot) value *= factor[other];
                    std::get<slot>(epilogues)(block, feature, vector, value);
                }
            });
        });
    unroll<count>([&](auto i) {
        constexpr const contribution& own = plan::arena.contributions[S][i];
        constexpr std::size_t source = plan::stages[S].sources[i];
        if constexpr (own.computes && own.is_last && Pass::template learns<source>)
            Pass::template learned_gradients<source>(std::get<i>(epilogues), gradient);
    });
}

}  // namespace espalier::detail
