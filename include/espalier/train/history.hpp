// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include <espalier/core/rarely.hpp>
#include <espalier/core/text.hpp>

namespace espalier {

/// One epoch of training. What was not measured is NaN.
struct epoch_record {
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

    std::size_t epoch = 0;     ///< 1, 2, 3, …
    double training_loss = 0;  ///< mean over the samples, each at the parameters of its own step
    double validation_loss = unknown;
    double validation_accuracy = unknown;  ///< share of the rows whose largest output is at their label
    double learning_rate_scale = 1;        ///< the schedule's factor in the last step
    double seconds = 0;
};

/// What `trainer::fit` returns.
struct history {
    std::vector<epoch_record> epochs;
    bool stopped_early = false;
    std::size_t best_epoch = 0;  ///< the epoch of the lowest monitored loss

    /// One line an epoch under a line of names; what is unknown is an empty cell.
    std::string csv() const { return detail::rarely<table>(*this); }

private:
    [[gnu::cold]] static std::string table(const history& past) {
        std::string text = "epoch,training_loss,validation_loss,validation_accuracy,learning_rate_scale,seconds\n";
        const auto number = [](double value) {
            char digits[32];
            std::snprintf(digits, sizeof digits, "%.9g", value);
            return value == value ? std::string(digits) : std::string();
        };
        for (const epoch_record& each : past.epochs) {
            text += detail::text_of({each.epoch});
            for (const double value : {each.training_loss, each.validation_loss, each.validation_accuracy,
                                       each.learning_rate_scale, each.seconds})
                text += detail::text_of({",", number(value)});
            text += '\n';
        }
        return text;
    }
};

}  // namespace espalier
