// SPDX-License-Identifier: MIT
#include "resumed.hpp"

#include <espalier/train/adam.hpp>

TEST_CASE("training resumed from a checkpoint has the bits of training that never stopped: adamw, adam in double") {
    const temporary_folder folder;
    const ep::seed from{11};
    check_resumed(ep::adamw{.learning_rate = 1e-2, .weight_decay = 0.1}, folder / "",
                  {.epochs = 8, .from = from, .rows_per_step = 12, .early_stopping = {{.patience = 100}}});
    check_resumed<double>(ep::adam{.learning_rate = 1e-2, .weight_decay = 0.01}, folder / "",
                          {.epochs = 6, .from = from, .early_stopping = {{.patience = 100}}});
}
