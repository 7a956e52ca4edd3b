// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>

#include <espalier/core/random.hpp>
#include <espalier/core/text.hpp>
#include <espalier/train/progress.hpp>

namespace espalier {

/// Ends training once the monitored loss (of the validation set; without one, the training loss) has not fallen by
/// more than `minimum_improvement` for `patience` epochs in a row.
struct early_stopping {
    std::size_t patience = 10;
    double minimum_improvement = 0;
    bool restore_best = true;  ///< the parameters become those of the best epoch
};

/// Training that has come to a loss or a parameter which is not a number or infinite. Where a batch's loss is at
/// fault, the parameters are those before the step.
class divergence_error : public std::runtime_error {
public:
    divergence_error(const std::string& what, std::size_t epoch, std::size_t step)
        : std::runtime_error(
              detail::text_of({"training diverged: ", what, " in epoch ", epoch, ", step ", step,
                               "; a lower learning rate, clipping (.clip_norm) or scaled inputs may help"})),
          epoch_(epoch),
          step_(step) {}
    std::size_t epoch() const { return epoch_; }
    std::size_t step() const { return step_; }

private:
    std::size_t epoch_, step_;
};

namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void refuse_divergence(const char* what, double value, std::size_t epoch,
                                                                     std::size_t step) {
    throw divergence_error(text_of({what, " is ", value}), epoch, step);
}

}  // namespace detail

/// What a callback sees after each epoch, and its way to end the training.
struct epoch_report : epoch_record {
    bool stop = false;
};

/// Refers to a data set that outlives the call, or to none.
template <class Set>
class optional_set {
public:
    optional_set() = default;
    optional_set(const Set& set) : set_(&set) {}  // NOLINT: {.validation = test_set}
    explicit operator bool() const { return set_ != nullptr; }
    const Set& operator*() const { return *set_; }

private:
    const Set* set_ = nullptr;
};

template <class Set>
struct fit_options {
    std::size_t epochs = 1;
    optional_set<Set> validation{};
    seed from{0};  ///< of the order of the samples and of dropout's coins
    bool shuffle = true;
    std::size_t rows_per_step = 0;  ///< of at most the trainer's batch; 0 is all of it
    double clip_norm = 0;           ///< > 0: the gradient's global norm is brought down to it
    std::optional<espalier::early_stopping> early_stopping{};
    std::function<void(epoch_report&)> on_epoch{};
    espalier::progress progress = progress::bar;
    std::ostream* output = &std::cout;
};

}  // namespace espalier
