// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/run/diagnostics.hpp>
#include <espalier/run/loss_step.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/targets.hpp>
#include <espalier/train/dataset.hpp>
#include <espalier/train/history.hpp>
#include <espalier/train/refusals.hpp>

namespace espalier {

/// How a network does on a data set: the mean loss, and for labels the share of rows whose largest output is at
/// their label (the first of equal ones), else NaN.
struct evaluation {
    double loss = 0;
    double accuracy = epoch_record::unknown;
};

namespace detail {

/// The rows [first, first + count) of targets, as a span.
template <class Scalar, class Target>
auto target_rows(const dataset<Scalar, Target>& set, std::size_t first, std::size_t count) {
    const std::size_t width = set.targets().size() / set.rows();
    return std::span(set.targets().data() + first * width, count * width);
}

template <std::size_t Outputs, class Scalar, class Label>
std::size_t count_hits(const Scalar* output, const Label* labels, std::size_t rows) {
    std::size_t hits = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const Scalar* const first =
            output + register_offset<Scalar, Outputs>(row / block_lanes<Scalar>, 0, 0) + row % block_lanes<Scalar>;
        std::size_t best = 0;
        for (std::size_t c = 1; c < Outputs; ++c)
            if (first[c * block_lanes<Scalar>] > first[best * block_lanes<Scalar>]) best = c;
        hits += best == static_cast<std::size_t>(labels[row]);
    }
    return hits;
}

}  // namespace detail

namespace detail {

/// What is wrong with the arguments of evaluate, or an evaluation.
template <class Scalar, class SetScalar, class Function, class Target, std::size_t Outputs>
constexpr auto verdict_on_evaluation() {
    using namespace diagnostics;
    if constexpr (is_refused<Target>)
        return std::type_identity<stand_in<evaluation>>{};
    else if constexpr (losses::LossInPart<Function>)
        return verdict_on_loss<evaluation, Function>();
    else if constexpr (!Loss<Function>)
        return std::type_identity<evaluation_of_what<evaluation, receives<name_of<Function>>>>{};
    else if constexpr (!std::is_same_v<Scalar, SetScalar>)
        return std::type_identity<another_scalar_in_data<evaluation, parameters_of<Scalar>, receives<SetScalar>>>{};
    else
        return verdict_on_targets<evaluation, Scalar, Function, Target, Outputs>();
}

}  // namespace detail

/// Loss and accuracy on a whole data set, without dropout and without gradients; throws shape_error.
template <Network Net, class Scalar, class Storage, class SetScalar, class Target, class Function>
auto evaluate(const parameters<Net, Scalar, Storage>& at, const dataset<SetScalar, Target>& set, const Function& loss)
    -> typename decltype(detail::verdict_on_evaluation<Scalar, SetScalar, Function, Target, output_size<Net>>())::type {
    using answer =
        typename decltype(detail::verdict_on_evaluation<Scalar, SetScalar, Function, Target, output_size<Net>>())::type;
    if constexpr (!std::is_same_v<answer, evaluation>) {
        return answer();
    } else {
        constexpr std::size_t batch = detail::inference_batch<Scalar>;
        constexpr std::size_t outputs = output_size<Net>;
        using plan_type = plan<Net, batch, Scalar, request::nothing>;
        const auto all = rows_of(set.inputs(), shape<input_size<Net>>{}, "the data set");
        detail::targets_of<Scalar, outputs, Function>(set.targets(), set.rows());  // checks all, with their row numbers
        workspace<Net, batch, Scalar, request::nothing> memory;
        double loss_sum = 0;
        std::size_t hits = 0;
        for (std::size_t first = 0; first < all.rows; first += batch) {
            const std::size_t rows = std::min(batch, all.rows - first);
            const detail::pass<plan_type, Scalar, false> step{at.data(), all.data + first * input_size<Net>, rows,
                                                              memory.data()};
            detail::forward_stages(step);
            const Scalar* const output = step.a(plan_type::stage_count - 1);
            const auto part = detail::target_rows(set, first, rows);
            const auto targets = detail::targets_of<Scalar, outputs, Function>(part, rows);
            detail::no_epilogue nothing;
            loss_sum += static_cast<double>(rows) *
                        static_cast<double>(detail::loss_step<outputs>(loss, output, targets, rows, nothing));
            if constexpr (dataset<Scalar, Target>::is_classification)
                hits += detail::count_hits<outputs>(output, part.data(), rows);
        }
        evaluation result{loss_sum / static_cast<double>(all.rows)};
        if constexpr (dataset<Scalar, Target>::is_classification)
            result.accuracy = static_cast<double>(hits) / static_cast<double>(all.rows);
        return result;
    }
}

namespace detail {

template <class... Given>
inline constexpr bool are_evaluated = false;
template <class First, class Set, class Function>
inline constexpr bool are_evaluated<First, Set, Function> = Parameters<First> && DataSet<Set>;

}  // namespace detail

/// Any other call says what evaluate takes.
template <diagnostics::Ours First, class... Rest>
    requires(diagnostics::ShowsWhich<Rest...> && !detail::are_evaluated<First, Rest...>)
diagnostics::evaluation_of_what<evaluation,
                                diagnostics::receives<diagnostics::name_of<First>, diagnostics::name_of<Rest>...>>
evaluate(const First&, const Rest&...);
template <diagnostics::Ours First>
diagnostics::evaluation_of_what<evaluation, diagnostics::receives<diagnostics::name_of<First>>> evaluate(
    const First&, const diagnostics::anything&, const diagnostics::anything&, const diagnostics::anything&);

}  // namespace espalier
