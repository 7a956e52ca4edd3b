// SPDX-License-Identifier: MIT
#include "resumed.hpp"

#include <espalier/train/rmsprop.hpp>
#include <espalier/train/sgd.hpp>

TEST_CASE("training resumed from a checkpoint has the bits of training that never stopped") {
    const temporary_folder folder;
    const ep::seed from{11};
    check_resumed(ep::sgd{.learning_rate = 0.05, .momentum = 0.9, .dampening = 0.1}, folder / "",
                  {.epochs = 4, .from = from});
    check_resumed(ep::rmsprop{.momentum = 0.5, .centered = true}, folder / "",
                  {.epochs = 60, .from = from, .clip_norm = 0.5, .early_stopping = {{.patience = 3}}});
}
