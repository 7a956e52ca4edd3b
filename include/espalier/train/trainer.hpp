// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <vector>

#include <espalier/core/raise.hpp>
#include <espalier/train/evaluate.hpp>
#include <espalier/train/fit_options.hpp>
#include <espalier/train/fit_refusals.hpp>
#include <espalier/train/optimizer_state.hpp>
#include <espalier/train/progress.hpp>
#include <espalier/train/schedule.hpp>
#include <espalier/train/train_step.hpp>
#include <espalier/train/training_state.hpp>

namespace espalier {

/// The batch size of a plan, as an argument: `ep::batch<64>`.
template <std::size_t Rows>
struct batch_size {};
template <std::size_t Rows>
inline constexpr batch_size<Rows> batch{};

namespace detail {

template <class Net, class Function, class Rule, std::size_t Batch, class Rate>
concept Recipe = Network<Net> && Loss<Function> && Optimizer<Rule> && (Batch > 0) && Schedule<Rate>;

/// What an argument of a trainer is.
template <class Given>
constexpr auto role_of() {
    if constexpr (Network<Given>)
        return diagnostics::a_network{};
    else if constexpr (Loss<Given>)
        return diagnostics::a_loss{};
    else if constexpr (Optimizer<Given>)
        return diagnostics::an_optimizer{};
    else if constexpr (Schedule<Given>)
        return diagnostics::a_schedule{};
    else
        return Given{};
}

}  // namespace detail

/// Trains a network: `ep::trainer trainer{net, ep::softmax_cross_entropy, ep::adam{}, ep::batch<64>}`. It holds the
/// recipe only; parameters and data are the caller's.
template <class Net, class Function, class Rule, std::size_t Batch, class Rate = schedules::constant>
class trainer : detail::fit_refusals {
    /// What is wrong with the arguments of fit, or Result.
    template <class Result, class ParameterNet, class Scalar, class StateNet, class StateRule, class StateScalar,
              class SetScalar, class Target>
    static constexpr auto verdict() {
        using namespace diagnostics;
        if constexpr (is_refused<Target>)
            return std::type_identity<stand_in<Result>>{};
        else if constexpr (!detail::same_network<Net, ParameterNet>)
            return detail::networks_differ<Result, ParameterNet, Net>();
        else if constexpr (!detail::same_network<Net, StateNet>)
            return detail::networks_differ<Result, Net, StateNet>();
        else if constexpr (!std::is_same_v<Scalar, StateScalar>)
            return std::type_identity<another_scalar<Result, parameters_of<Scalar>, receives<StateScalar>>>{};
        else if constexpr (!std::is_same_v<Rule, StateRule>)
            return std::type_identity<another_optimizer<Result, takes<Rule>, receives<StateRule>>>{};
        else if constexpr (!std::is_same_v<Scalar, SetScalar>)
            return std::type_identity<another_scalar_in_data<Result, parameters_of<Scalar>, receives<SetScalar>>>{};
        else
            return detail::verdict_on_targets<Result, Scalar, Function, Target, output_size<Net>>();
    }
    template <class... What>
    using answer_of = typename decltype(verdict<What...>())::type;

public:
    // Nothing is deduced from here, only by the guides below, which tell what is wrong.
    constexpr trainer(Net, std::type_identity_t<Function> loss, Rule rule, batch_size<Batch>, Rate rate = {})
        requires detail::Recipe<Net, Function, Rule, Batch, Rate>
        : loss_(loss), rule_(rule), rate_(rate) {
        static_assert(well_formed<Net>);
    }

    using fit_refusals::fit;  // what others than the following get

    /// Passes over the set `options.epochs` times in batches of Batch (or rows_per_step); the last, ragged batch is
    /// used. Throws shape_error where the set does not fit the network, divergence_error on a loss that is not finite.
    template <class ParameterNet, class Scalar, class Storage, class SetScalar, class Target>
    auto fit(parameters<ParameterNet, Scalar, Storage>& at, const dataset<SetScalar, Target>& set,
             const fit_options<dataset<SetScalar, Target>>& options = {}) const
        -> answer_of<history, ParameterNet, Scalar, Net, Rule, Scalar, SetScalar, Target> {
        using answer = answer_of<history, ParameterNet, Scalar, Net, Rule, Scalar, SetScalar, Target>;
        if constexpr (std::is_same_v<answer, history>) {
            optimizer_state<Net, Rule, Scalar> state;
            return fit(at, state, set, options);
        } else {
            return answer();
        }
    }

    /// The same, going on with an optimizer's state from an earlier call.
    template <class ParameterNet, class Scalar, class Storage, class StateNet, class StateRule, class StateScalar,
              class SetScalar, class Target>
    auto fit(parameters<ParameterNet, Scalar, Storage>& at, optimizer_state<StateNet, StateRule, StateScalar>& state,
             const dataset<SetScalar, Target>& set, const fit_options<dataset<SetScalar, Target>>& options = {}) const
        -> answer_of<history, ParameterNet, Scalar, StateNet, StateRule, StateScalar, SetScalar, Target> {
        using answer = answer_of<history, ParameterNet, Scalar, StateNet, StateRule, StateScalar, SetScalar, Target>;
        if constexpr (std::is_same_v<answer, history>) {
            history past;
            std::vector<Scalar> best;
            run<parameters<ParameterNet, Scalar, Storage>, optimizer_state<StateNet, StateRule, StateScalar>, Scalar,
                Target>{*this, at, state, set, options, past, best}
                .all();
            return past;
        } else {
            return answer();
        }
    }

    /// Goes on from where the state stands until its past has `options.epochs` epochs, with the bits of a training
    /// that never stopped. The state is whole whenever options.on_epoch is called: io::save_checkpoint can keep it.
    /// Throws std::invalid_argument where seed, batch or rows are not those of the epochs before.
    template <class StateNet, class StateRule, class StateScalar, class SetScalar, class Target>
    auto fit(training_state<StateNet, StateRule, StateScalar>& state, const dataset<SetScalar, Target>& set,
             const fit_options<dataset<SetScalar, Target>>& options = {}) const
        -> answer_of<void, StateNet, StateScalar, StateNet, StateRule, StateScalar, SetScalar, Target> {
        using answer = answer_of<void, StateNet, StateScalar, StateNet, StateRule, StateScalar, SetScalar, Target>;
        if constexpr (!std::is_same_v<answer, void>) {
            return answer();
        } else {
            run<parameters<StateNet, StateScalar>, optimizer_state<StateNet, StateRule, StateScalar>, StateScalar,
                Target>
                training{*this, state.parameters, state.optimizer, set, options, state.past, state.best_parameters};
            state.go_on(options.from, training.steps);
            training.all();
            state.has_best = !state.best_parameters.empty();
        }
    }

private:
    template <class Parameters, class State, class Scalar, class Target>
    struct run {
        using clock = std::chrono::steady_clock;
        const trainer& recipe;
        Parameters& at;
        State& state;
        const dataset<Scalar, Target>& set;
        const fit_options<dataset<Scalar, Target>>& options;
        history& past;
        std::vector<Scalar>& best_parameters;  // none, or as long as the parameters

        row_span<const Scalar> inputs = rows_of(set.inputs(), shape<input_size<Net>>{}, "the data set");
        std::size_t target_width = set.targets().size() / set.rows();
        std::size_t rows_per_step = options.rows_per_step == 0 ? Batch : options.rows_per_step;
        std::size_t steps = (set.rows() + rows_per_step - 1) / rows_per_step;
        gradients<Net, Scalar> gradient{};
        workspace<Net, Batch, Scalar> memory{};
        std::vector<std::size_t> order = std::vector<std::size_t>(set.rows());
        std::vector<Scalar> x = std::vector<Scalar>(Batch * input_size<Net>);
        std::vector<typename Target::value_type> y = std::vector<typename Target::value_type>(Batch * target_width);
        detail::progress_reporter reporter{options.progress, options.output, options.epochs, steps};
        double best = std::numeric_limits<double>::infinity();
        std::size_t without_improvement = 0;

        /// Options, and both sets against network and loss, before the first step.
        [[gnu::cold]] void check_sets() const {
            if (rows_per_step > Batch)
                detail::raise<shape_error>({"rows_per_step: expected 1 to ", Batch, ", found ", rows_per_step});
            constexpr std::size_t outputs = output_size<Net>;
            detail::targets_of<Scalar, outputs, Function>(set.targets(), set.rows());
            if (!options.validation) return;
            rows_of((*options.validation).inputs(), shape<input_size<Net>>{}, "the validation set");
            detail::targets_of<Scalar, outputs, Function>((*options.validation).targets(),
                                                          (*options.validation).rows());
        }

        /// Whether the loss of an epoch is the best so far, by more than what is asked for.
        [[gnu::cold]] bool improves(const epoch_record& record) {
            const double monitored = options.validation ? record.validation_loss : record.training_loss;
            const double needed = options.early_stopping ? options.early_stopping->minimum_improvement : 0;
            ++without_improvement;
            if (!(monitored < best - needed)) return false;
            best = monitored;
            past.best_epoch = record.epoch;
            without_improvement = 0;
            return true;
        }

        void all() {
            check_sets();
            for (const epoch_record& each : past.epochs) improves(each);
            reporter.step(std::min(past.epochs.size(), options.epochs) * steps);
            while (past.epochs.size() < options.epochs && !past.stopped_early) {
                epoch_report report{one_epoch(past.epochs.size() + 1)};
                past.epochs.push_back(report);
                if (improves(report) && options.early_stopping && options.early_stopping->restore_best)
                    best_parameters.assign(at.data(), at.data() + at.size());
                past.stopped_early = options.early_stopping && without_improvement >= options.early_stopping->patience;
                if (options.on_epoch) options.on_epoch(report);
                if (report.stop) past.stopped_early = true;
            }
            // Swapped, not copied: a training that goes on needs the last parameters again.
            std::swap_ranges(best_parameters.begin(), best_parameters.end(), at.data());
        }

        epoch_record one_epoch(std::size_t epoch) {
            const auto start = clock::now();
            const std::uint64_t pass = state.steps() / steps;  // differs from call to call where the state goes on
            std::iota(order.begin(), order.end(), std::size_t{0});
            if (options.shuffle) shuffle(order, random_stream(options.from, "shuffle", pass));
            epoch_record record{.epoch = epoch};
            double sum = 0;
            for (std::size_t step = 1; step <= steps; ++step) {
                const std::size_t first = (step - 1) * rows_per_step;
                const std::size_t rows = std::min(rows_per_step, set.rows() - first);
                const double loss = one_step(std::span(order).subspan(first, rows), record);
                if (!std::isfinite(loss)) detail::refuse_divergence("the loss", loss, epoch, step);
                sum += loss * static_cast<double>(rows);
                reporter.step();
            }
            record.training_loss = sum / static_cast<double>(set.rows());
            for (const Scalar each : at.flat())
                if (!std::isfinite(each))
                    detail::refuse_divergence("a parameter", static_cast<double>(each), epoch, steps);
            if (options.validation) {
                const evaluation validated = evaluate(at, *options.validation, recipe.loss_);
                record.validation_loss = validated.loss;
                record.validation_accuracy = validated.accuracy;
                if (!std::isfinite(validated.loss))
                    detail::refuse_divergence("the validation loss", validated.loss, epoch, steps);
            }
            record.seconds = std::chrono::duration<double>(clock::now() - start).count();
            reporter.epoch(record);
            return record;
        }

        /// The loss of one batch; the step is taken only where it is finite.
        double one_step(std::span<const std::size_t> rows, epoch_record& record) {
            for (std::size_t i = 0; i < rows.size(); ++i) {
                std::copy_n(inputs.data + rows[i] * input_size<Net>, input_size<Net>, x.data() + i * input_size<Net>);
                std::copy_n(set.targets().data() + rows[i] * target_width, target_width, y.data() + i * target_width);
            }
            record.learning_rate_scale = recipe.rate_(state.steps() + 1);
            return static_cast<double>(train_step(at, std::span(x).first(rows.size() * input_size<Net>),
                                                  std::span(y).first(rows.size() * target_width), recipe.loss_,
                                                  recipe.rule_, state, gradient, memory,
                                                  {record.learning_rate_scale, options.clip_norm, options.from}));
        }
    };

    Function loss_;
    Rule rule_;
    Rate rate_;
};

/// What a wrong list of arguments makes. Its assertion stands in the constructor: clang takes a class whose assertion
/// fails for no constant.
template <class... Given>
class trainer<diagnostics::receives<Given...>, void, void, 1, void> : public detail::fit_of_anything {
public:
    constexpr trainer(const diagnostics::argument<Given>&...) {
        static_assert(diagnostics::makes_a_trainer<diagnostics::receives<Given...>>,
                      "a trainer takes network, loss, optimizer, batch<n> with n > 0 and, if wanted, a schedule, in "
                      "this order");
    }
};

/// What a network makes whose layers do not fit: no more than what is wrong, where the compiler would print it all.
/// The same of a loss or an optimizer that lacks a member.
template <class Verdict>
class trainer<Verdict, void, void, 1, void> : public detail::fit_of_anything {
public:
    using anything = diagnostics::argument<void>;
    constexpr trainer(const anything&, const anything&, const anything&, const anything&, const anything& = 0) {}
    // Fits nothing; compilers look into the verdict at the caller's line to see that.
    constexpr trainer(const Verdict&, const anything&, const anything&, const anything&, const anything& = 0) {}
};

template <class Net, class Function, class Rule, std::size_t Batch>
    requires detail::Recipe<Net, Function, Rule, Batch, schedules::constant> && detail::Fits<Net>
trainer(Net, Function, Rule, batch_size<Batch>) -> trainer<Net, Function, Rule, Batch>;
template <class Net, class Function, class Rule, std::size_t Batch, class Rate>
    requires detail::Recipe<Net, Function, Rule, Batch, Rate> && detail::Fits<Net>
trainer(Net, Function, Rule, batch_size<Batch>, Rate) -> trainer<Net, Function, Rule, Batch, Rate>;
template <class Net, class... Rest>
    requires(Network<Net> && !detail::Fits<Net> && (sizeof...(Rest) == 3 || sizeof...(Rest) == 4))
trainer(Net, Rest...) -> trainer<detail::verdict_of<Net>, void, void, 1, void>;
template <class Net, losses::LossInPart Function, class Rule, class Rows, class... Rate>
    requires Network<Net> && (sizeof...(Rate) <= 1)
trainer(Net, Function, Rule, Rows, Rate...)
    -> trainer<typename decltype(detail::verdict_on_loss<void, Function>())::type, void, void, 1, void>;
template <class Net, Loss Function, OptimizerInPart Rule, class Rows, class... Rate>
    requires Network<Net> && (sizeof...(Rate) <= 1)
trainer(Net, Function, Rule, Rows, Rate...)
    -> trainer<typename decltype(diagnostics::verdict_on_optimizer<Rule>())::type, void, void, 1, void>;
template <class... Given>
trainer(Given...) -> trainer<diagnostics::receives<decltype(detail::role_of<Given>())...>, void, void, 1, void>;

}  // namespace espalier
