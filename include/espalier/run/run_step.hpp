// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/run/loss_step.hpp>
#include <espalier/run/pass.hpp>

namespace espalier::detail {

/// Forward, loss and backward on checked memory. The interlude may end the step after the loss, and is called after
/// each stage's way back, when nothing reads that stage's parameters any more and their gradient is complete.
template <class Plan, class Scalar, Loss Function, class Targets, class Interlude = no_interlude>
Scalar run_step(const pass<Plan, Scalar, true>& step, const Function& loss, const Targets& targets,
                [[maybe_unused]] Scalar* gradient, const Interlude& interlude = {}) {
    constexpr std::size_t last = Plan::stage_count - 1;
    for_each_index<Plan::stage_count>([&](auto s) {
        step.template forward<s>();
        step.template statistics<s>(gradient);
    });
    constexpr std::size_t outputs = Plan::stages[last].outputs;
    if constexpr (!Plan::duties[last].backward) {
        no_epilogue nothing;
        return loss_step<outputs>(loss, step.a(last), targets, step.rows, nothing);
    } else {
        auto epilogue = step.template backward_to<last>();
        const Scalar value = loss_step<outputs>(loss, step.a(last), targets, step.rows, epilogue);
        if (!interlude.goes_on(value)) return value;
        pass<Plan, Scalar, true>::template learned_gradients<last>(epilogue, gradient);
        for_each_index<last>([&](auto i) {
            constexpr std::size_t s = last - i;
            if constexpr (Plan::duties[s].backward) {
                step.template backward<s>(gradient, interlude);
                interlude.template after<s>();
            }
        });
        if constexpr (Plan::duties[0].backward) interlude.template after<0>();
        return value;
    }
}

}  // namespace espalier::detail
