// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include <espalier/io/checkpoint.hpp>
#include <espalier/loss/elementwise.hpp>
#include <espalier/train/trainer.hpp>

#include "files.hpp"
#include "trainings.hpp"

/// Training that never stops against one that goes on from each of its checkpoints.
template <class Scalar = float, class Rule>
void check_resumed(const Rule& rule, const std::filesystem::path& folder, ep::fit_options<set_of<Scalar>> how) {
    const ep::trainer trainer{mixed, ep::mse, rule, ep::batch<16>, ep::schedules::cosine{.steps = 40}};
    const auto set = noise<Scalar>(70, 2), validation = noise<Scalar>(40, 3);  // 4 · 16 + 6
    const auto path = [&](std::size_t epoch) { return folder / (std::string(Rule::kind) + std::to_string(epoch)); };
    how.validation = validation;
    how.progress = ep::progress::none;
    auto whole = fresh<Rule, Scalar>();
    auto saving = how;
    saving.on_epoch = [&](ep::epoch_report& report) { io::save_checkpoint(whole, path(report.epoch)); };
    trainer.fit(whole, set, saving);
    REQUIRE(whole.past.epochs.size() > 2);
    for (std::size_t epoch = 1; epoch <= whole.past.epochs.size(); ++epoch) {
        state_of<Rule, Scalar> resumed;
        io::load_checkpoint(resumed, path(epoch));
        CHECK(resumed.past.epochs.size() == epoch);
        trainer.fit(resumed, set, how);
        CHECK(same(whole, resumed));
    }
    // put aside between two calls, each of which restores the best parameters
    auto parts = fresh<Rule, Scalar>();
    for (std::size_t epochs = 2; epochs <= how.epochs; epochs += 2) {
        auto part = how;
        part.epochs = epochs;
        trainer.fit(parts, set, part);
        io::save_checkpoint(parts, path(0));
        parts = {};
        io::load_checkpoint(parts, path(0));
    }
    CHECK(same(whole, parts));
}
