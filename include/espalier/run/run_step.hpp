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
    using pass_type = pass<Plan, Scalar, true>;
    constexpr std::size_t last = Plan::stage_count - 1;
    for_each_stage<Plan>([&]<std::size_t S>(auto s) {
        step.template forward<S>(s);
        if constexpr (pass_type::template has_statistics<S>) step.template statistics<S>(s, gradient);
    });
    constexpr std::size_t outputs = Plan::stages[last].outputs;
    if constexpr (!Plan::duties[last].backward) {
        no_epilogue nothing;
        return loss_step<outputs>(loss, step.a(last), targets, step.rows, nothing);
    } else {
        auto epilogue = step.template backward_to<last>();
        const Scalar value = loss_step<outputs>(loss, step.a(last), targets, step.rows, epilogue);
        if (!interlude.goes_on(value)) return value;
        if constexpr (pass_type::template learns<last>) pass_type::template learned_gradients<last>(epilogue, gradient);
        for_each_stage<Plan, true>([&]<std::size_t S>(auto s) {
            if constexpr (Plan::duties[S].backward) {
                if constexpr (S > 0) step.template backward<S>(s, gradient, interlude);
                interlude.after(s);
            }
        });
        return value;
    }
}

}  // namespace espalier::detail
