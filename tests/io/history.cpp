// SPDX-License-Identifier: MIT
#include <espalier/io/history.hpp>

#include <doctest/doctest.h>
#include <fstream>
#include <sstream>

namespace ep = espalier;

TEST_CASE("a history is a CSV with a line an epoch; what is unknown is empty") {
    ep::history past;
    past.epochs.push_back({.epoch = 1,
                           .training_loss = 0.5,
                           .validation_loss = 0.25,
                           .validation_accuracy = 0.75,
                           .learning_rate_scale = 1,
                           .seconds = 2});
    past.epochs.push_back({.epoch = 2, .training_loss = 0.125});
    const std::string expected =
        "epoch,training_loss,validation_loss,validation_accuracy,learning_rate_scale,seconds\n"
        "1,0.5,0.25,0.75,1,2\n"
        "2,0.125,,,1,0\n";
    CHECK(past.csv() == expected);

    const auto path = std::filesystem::temp_directory_path() / "espalier-history-test.csv";
    ep::io::save_csv(path, past);
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    CHECK(text.str() == expected);
    std::filesystem::remove(path);
}
