// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/plan/stages.hpp>

namespace espalier::detail {

/// From so many different shapes of layers on, compiling kernels for each takes longer than they save.
inline constexpr std::size_t many_shapes = 12;

template <class Plan>
inline constexpr bool has_many_shapes = [] {
    std::size_t shapes = 0;
    for (std::size_t s = 0; s < Plan::stage_count; ++s) {
        const stage& one = Plan::stages[s];
        if (one.is != stage_kind::layer) continue;
        bool is_new = true;
        for (std::size_t before = 0; before < s; ++before) {
            const stage& other = Plan::stages[before];
            if (other.is == one.is && other.inputs == one.inputs && other.outputs == one.outputs) is_new = false;
        }
        shapes += is_new;
    }
    return shapes > many_shapes;
}();

}  // namespace espalier::detail
