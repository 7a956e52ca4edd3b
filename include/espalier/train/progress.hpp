// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <ostream>

#include <boost/timer/progress_display.hpp>
#include <espalier/train/history.hpp>

namespace espalier {

/// What `trainer::fit` shows while it runs.
enum class progress : unsigned char {
    none,
    bar,    ///< one bar over all steps
    lines,  ///< one line an epoch
};

namespace detail {

class progress_reporter {
public:
    progress_reporter(progress kind, std::ostream* to, std::size_t epochs, std::size_t steps)
        : kind_(to == nullptr ? progress::none : kind), to_(to), epochs_(epochs) {
        if (kind_ == progress::bar && epochs * steps > 0)
            bar_ = std::make_unique<boost::timer::progress_display>(epochs * steps, *to_, "", "", "");
    }

    void step(std::size_t count = 1) {
        if (bar_) *bar_ += count;
    }

    void epoch(const epoch_record& record) {
        if (kind_ != progress::lines) return;
        char line[160];
        std::snprintf(line, sizeof line, "epoch %zu/%zu  loss %.4f", record.epoch, epochs_, record.training_loss);
        *to_ << line;
        if (record.validation_loss == record.validation_loss) {
            std::snprintf(line, sizeof line, "  validation loss %.4f", record.validation_loss);
            *to_ << line;
        }
        if (record.validation_accuracy == record.validation_accuracy) {
            std::snprintf(line, sizeof line, "  accuracy %.2f %%", 100 * record.validation_accuracy);
            *to_ << line;
        }
        std::snprintf(line, sizeof line, "  %.3f s\n", record.seconds);
        *to_ << line << std::flush;
    }

    /// A run that ends early, or in an exception, leaves its bar unfinished: the next output starts on its own line.
    ~progress_reporter() {
        if (bar_ && bar_->count() < bar_->expected_count()) *to_ << std::endl;
    }
    progress_reporter(const progress_reporter&) = delete;
    progress_reporter& operator=(const progress_reporter&) = delete;

private:
    progress kind_;
    std::ostream* to_;
    std::size_t epochs_;
    std::unique_ptr<boost::timer::progress_display> bar_;
};

}  // namespace detail
}  // namespace espalier
