// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <espalier/core/simd.hpp>
#include <espalier/plan/plan.hpp>

/// Which stages of a plan run on the same code. In a network of few stages each has its own, in which all offsets are
/// constants; in one of many, compiling those would take far longer than they save.
namespace espalier::detail {

inline constexpr std::size_t many_stages = 24;

template <class Type>
inline constexpr char identity_of{};  // its address stands for the type

/// Where f has scalars, learned parameters or coins, they are found by the stage.
template <class Chain>
inline constexpr bool has_scalars = Chain::parameters > 0 || Chain::is_random;

template <class Plan>
class stage_kinds {
    static constexpr std::size_t count = Plan::stage_count;
    using net = typename Plan::net;

    struct traits {
        const char* operation = nullptr;
        const char* f = nullptr;
        bool has_scalars = false;
    };
    template <std::size_t S>
    static constexpr traits traits_of() {
        using chain = stage_chain<net, S>;
        traits found{nullptr, &identity_of<chain>, detail::has_scalars<chain>};
        if constexpr (Plan::stages[S].is == stage_kind::layer) found.operation = &identity_of<stage_operation<net, S>>;
        return found;
    }
    static constexpr auto list = []<std::size_t... S>(std::index_sequence<S...>) {
        return std::array<traits, count>{traits_of<S>()...};
    }(std::make_index_sequence<count>{});

    static constexpr bool same_f(std::size_t s, std::size_t t) {
        return list[s].f == list[t].f && !list[s].has_scalars && Plan::stages[s].outputs == Plan::stages[t].outputs;
    }
    static constexpr bool same_contribution(std::size_t s, std::size_t t, std::size_t source) {
        constexpr std::size_t absent = contribution::absent;
        const contribution &one = Plan::arena.contributions[s][source], &other = Plan::arena.contributions[t][source];
        return one.computes == other.computes && one.is_last == other.is_last &&
               (one.from == absent) == (other.from == absent) && one.from_features == other.from_features &&
               same_f(Plan::stages[s].sources[source], Plan::stages[t].sources[source]);
    }
    static constexpr bool are_alike(std::size_t s, std::size_t t) {
        const stage &one = Plan::stages[s], &other = Plan::stages[t];
        constexpr auto& layers = inference<net>::value.layers;
        if (list[s].operation == nullptr || list[s].operation != list[t].operation || !same_f(s, t)) return false;
        if (layers[one.operation].input != layers[other.operation].input) return false;
        if (one.source_count != other.source_count || !(Plan::duties[s] == Plan::duties[t])) return false;
        if (Plan::memory[s].reads_rows != Plan::memory[t].reads_rows) return false;
        for (std::size_t i = 0; i < one.source_count; ++i)
            if (!same_contribution(s, t, i)) return false;
        return true;
    }
    // A constant for each stage: clang ends an evaluation after 2^20 steps.
    template <std::size_t S>
    static constexpr std::size_t first_like = [] {
        if (count <= many_stages || list[S].operation == nullptr || list[S].has_scalars) return S;
        std::size_t other = 0;
        while (other < S && !are_alike(other, S)) ++other;
        return other;
    }();

public:
    /// For each stage the first that does the same on tensors of the same shapes, wherever they lie.
    static constexpr std::array<std::size_t, count> like = []<std::size_t... S>(std::index_sequence<S...>) {
        return std::array<std::size_t, count>{first_like<S>...};
    }(std::make_index_sequence<count>{});
    /// Whether others run on the code of a stage.
    static constexpr std::array<bool, count> repeats = [] {
        std::array<bool, count> list{};
        for (std::size_t s = 0; s < count; ++s)
            if (like[s] != s) list[like[s]] = true;
        return list;
    }();
};

template <class Plan, std::size_t S, class Function>
void at_stage(const Function& f, std::size_t s) {
    if constexpr (stage_kinds<Plan>::repeats[S])
        f.template operator()<S>(s);
    else
        f.template operator()<S>(std::integral_constant<std::size_t, S>{});
}

/// Calls f.operator()<S>(s) for each stage s, from the first to the last or back, where S is a stage like it. s is a
/// constant, or a number where more stages are like S.
template <class Plan, bool Back = false, class Function>
void for_each_stage(const Function& f) {
    constexpr std::size_t count = Plan::stage_count;
    if constexpr (count > many_stages) {
        static constexpr auto calls = []<std::size_t... S>(std::index_sequence<S...>) {
            return std::array<void (*)(const Function&, std::size_t), count>{
                &at_stage<Plan, stage_kinds<Plan>::like[S], Function>...};
        }(std::make_index_sequence<count>{});
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t s = Back ? count - 1 - i : i;
            calls[s](f, s);
        }
    } else {
        for_each_index<count>([&](auto i) {
            constexpr std::size_t s = Back ? count - 1 - i : i;
            f.template operator()<s>(std::integral_constant<std::size_t, s>{});
        });
    }
}

}  // namespace espalier::detail
