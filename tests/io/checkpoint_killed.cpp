// SPDX-License-Identifier: MIT
#include <espalier/io/checkpoint.hpp>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "files.hpp"

#include <espalier/run/parameters.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/sgd.hpp>

namespace io = espalier::io;

// A quarter of a megabyte, many times what stdio keeps back: a save is killed in the middle of its writing, too.
constexpr auto large = espalier::input<256> >> espalier::dense<256> >> espalier::tanh >> espalier::dense<2>;
using training = espalier::training_state<espalier::network_t<large>, espalier::sgd>;

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
    int halves = 0;
    const auto half_written = [&, partial = path.string() + ".partial", whole = std::filesystem::file_size(path)] {
        std::error_code none;
        const auto size = std::filesystem::file_size(partial, none);
        return !none && size > 0 && size < whole;
    };
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
        // Every other round any time will do; else as soon as a part is written, which takes far less than syncing.
        const auto until = std::chrono::steady_clock::now() + two_saves * (random() % 1000) / 1000;
        if (round % 2 == 0) std::this_thread::sleep_until(until);
        while (round % 2 != 0 && !half_written() && std::chrono::steady_clock::now() < until + two_saves) {
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        halves += half_written();
        ::close(told[0]);
        ::close(told[1]);
        training loaded;
        REQUIRE_NOTHROW(io::load_checkpoint(loaded, path));
        const std::uint64_t steps = loaded.optimizer.steps();
        REQUIRE(steps > saved);
        const auto is_count = [&](float each) { return each == static_cast<float>(steps); };
        REQUIRE(std::ranges::all_of(loaded.parameters.weight<1>(), is_count));
        REQUIRE(std::ranges::all_of(loaded.parameters.weight<2>(), is_count));
        REQUIRE(std::ranges::all_of(loaded.parameters.bias<2>(), is_count));
        saved = steps;
    }
    CHECK(saved >= 200);
    WARN(halves > 0);  // where a core of its own lets the parent see the child write
}
