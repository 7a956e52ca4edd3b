// SPDX-License-Identifier: MIT
#include <espalier/io/checkpoint.hpp>

#include <doctest/doctest.h>

#include "files.hpp"
#include "trainings.hpp"

#include <espalier/loss/elementwise.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/rmsprop.hpp>
#include <espalier/train/sgd.hpp>
#include <espalier/train/trainer.hpp>

namespace {

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

}  // namespace

TEST_CASE("training resumed from a checkpoint has the bits of training that never stopped") {
    const temporary_folder folder;
    const ep::seed from{11};
    check_resumed(ep::sgd{.learning_rate = 0.05, .momentum = 0.9, .dampening = 0.1}, folder / "",
                  {.epochs = 4, .from = from});
    check_resumed(ep::adam{.learning_rate = 1e-2}, folder / "",
                  {.epochs = 8, .from = from, .rows_per_step = 12, .early_stopping = {{.patience = 100}}});
    check_resumed(ep::rmsprop{.momentum = 0.5, .centered = true}, folder / "",
                  {.epochs = 60, .from = from, .clip_norm = 0.5, .early_stopping = {{.patience = 3}}});
    check_resumed(ep::adamw{.learning_rate = 1e-2, .weight_decay = 0.1}, folder / "", {.epochs = 4, .from = from});
}

TEST_CASE("so has training in double") {
    const temporary_folder folder;
    check_resumed<double>(ep::adam{.learning_rate = 1e-2, .weight_decay = 0.01}, folder / "",
                          {.epochs = 6, .from = ep::seed{12}, .early_stopping = {{.patience = 100}}});
}
