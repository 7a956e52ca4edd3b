// SPDX-License-Identifier: MIT
#include <espalier/io/checkpoint.hpp>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "files.hpp"
#include "small_network.hpp"

#include <espalier/train/sgd.hpp>

namespace io = espalier::io;
using training = espalier::training_state<Small, espalier::sgd>;

TEST_CASE("killed while it saves, a process leaves a whole checkpoint") {
    const temporary_folder folder;
    const auto path = folder / "run.checkpoint";
    training state;
    // Syncing takes from microseconds to tens of milliseconds, as the disk is: the kill falls into the two saves behind
    // the first, of which the child tells.
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 8; ++i) io::save_checkpoint(state, path);
    const auto two_saves = (std::chrono::steady_clock::now() - start) / 4;
    std::mt19937 random(12);
    std::uint64_t saved = 0;
    for (int round = 0; round < 200; ++round) {
        int told[2];
        REQUIRE(::pipe(told) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            // Every number of a file is its count, so that two files mixed would show.
            for (std::uint64_t count = saved + 1;; ++count) {
                std::fill_n(state.parameters.data(), state.parameters.size(), static_cast<float>(count));
                state.optimizer.set_steps(count);
                io::save_checkpoint(state, path);
                if (count == saved + 1 && ::write(told[1], "", 1) != 1) ::_exit(1);
            }
        }
        char byte = 0;
        REQUIRE(::read(told[0], &byte, 1) == 1);
        std::this_thread::sleep_for(two_saves * (random() % 1000) / 1000);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(told[0]);
        ::close(told[1]);
        training loaded;
        REQUIRE_NOTHROW(io::load_checkpoint(loaded, path));
        const std::uint64_t steps = loaded.optimizer.steps();
        REQUIRE(steps > saved);
        REQUIRE(loaded.parameters.bias<3>()(1) == static_cast<float>(steps));
        REQUIRE(loaded.parameters.weight<1>()(0, 0) == static_cast<float>(steps));
        saved = steps;
    }
    CHECK(saved >= 200);
}
