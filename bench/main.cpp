// SPDX-License-Identifier: MIT
// Usage: bench [--quick] [--only <regular expression>]
// Measures this library and its peers, whose modules lie beside the program, workload by workload and interleaved;
// writes bench-results.json, table.md and chart.dat beside the program.
#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <regex>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <espalier/kernel/peak.hpp>

#include "report.hpp"
#include "workloads.hpp"

namespace bench {
namespace {

using clock = std::chrono::steady_clock;

struct contender {
    std::string name;
    decltype(&prepare) prepare_workload;

    /// Null where it does not do this workload. No peer here takes time steps one at a time.
    std::unique_ptr<runner> make(const workload& what, const problem& data) const {
        if (what.what == task::stream && name != "espalier" && name != "peak") return nullptr;
        return std::unique_ptr<runner>(prepare_workload(what, data));
    }
};

/// Reads all parameters once and does nothing with them: what a prediction takes at least, each being read once.
class weights_loading final : public runner {
public:
    explicit weights_loading(const problem& data) : count_(data.parameters.size()), memory_(count_ + 16) {
        void* aligned = memory_.data();
        std::size_t space = memory_.size() * sizeof(float);
        parameters_ = static_cast<float*>(std::align(64, count_ * sizeof(float), aligned, space));
        std::copy(data.parameters.begin(), data.parameters.end(), parameters_);
    }

    float step() override {
        constexpr std::size_t width = espalier::simd_width<float>, together = 8;
        for (std::size_t i = 0; i + together * width <= count_; i += together * width) {
            ESPALIER_UNROLL
            for (std::size_t k = 0; k < together; ++k) {
                auto some = espalier::load(parameters_ + i + k * width);
                espalier::keep_in_register(some);
            }
        }
        return *parameters_;
    }

    std::vector<float> result() override { return {}; }

private:
    std::size_t count_;
    std::vector<float> memory_;
    float* parameters_;
};

runner* prepare_loading(const workload& of, const problem& data) {
    return of.what == task::predict ? new weights_loading(data) : nullptr;
}

/// Multiply-adds on registers. It takes its turn like the others, since the clock of a machine is not always the same.
class multiply_adds final : public runner {
public:
    static constexpr std::size_t rounds = 1000;

    float step() override {
        return static_cast<float>(espalier::kernel::detail::multiply_add_registers<float>(rounds));
    }

    std::vector<float> result() override { return {}; }
};

runner* prepare_peak(const workload&, const problem&) { return new multiply_adds; }

/// This library first. A peer whose module was not built is named and left out.
std::vector<contender> load_contenders(const std::filesystem::path& folder) {
    std::vector<contender> found;
    for (const char* name : {"espalier", "eigen", "openblas", "onednn", "libtorch", "dlib", "onnxruntime", "libxsmm"}) {
        const std::filesystem::path file = folder / ("contender-" + std::string(name) + ".so");
        if (!std::filesystem::exists(file)) {
            std::fprintf(stderr, "LEFT OUT: %s, which was not there when the benchmark was built\n", name);
            continue;
        }
        void* const module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (module == nullptr) throw std::runtime_error(dlerror());
        void* const symbol = dlsym(module, "prepare");
        if (symbol == nullptr) throw std::runtime_error(dlerror());
        found.push_back({name, reinterpret_cast<decltype(&prepare)>(symbol)});
    }
    found.push_back({"load", prepare_loading});
    found.push_back({"peak", prepare_peak});
    if (found.front().name != "espalier") throw std::runtime_error("contender-espalier.so is missing");
    return found;
}

/// What the check compares: a training step's loss, and the gradient (as the change by one step of plain descent), the
/// change by two steps of Adam, or the output.
struct first_steps {
    float loss = 0;
    std::vector<float> values;
};

first_steps outcome(const contender& who, workload what, const problem& data) {
    const bool is_adam = what.rule == optimizer::adam;
    what.learning_rate = is_adam ? 1.0f : 100.0f;  // large: the rounding of the parameters then hardly shows
    what.epsilon = 1;  // Adam's step is then nearly the gradient; with a small one it is a sign, of rounding errors too
    const std::unique_ptr<runner> run = who.make(what, data);
    first_steps made;
    for (int i = 0; i < (is_adam ? 2 : 1); ++i) {
        const float loss = run->step();
        if (!std::isfinite(loss)) throw std::runtime_error(who.name + ": " + what.name + ": not finite");
        if (i == 0 && what.what == task::train) made.loss = loss;
    }
    made.values = run->result();
    if (what.what == task::train)
        for (std::size_t i = 0; i < made.values.size(); ++i) made.values[i] -= data.parameters.at(i);
    return made;
}

void compare(const contender& ours, const contender& theirs, const workload& what, const problem& data, float tolerance,
             float smallest_share) {
    const first_steps ours_made = outcome(ours, what, data), theirs_made = outcome(theirs, what, data);
    const std::vector<float>&a = ours_made.values, &b = theirs_made.values;
    const auto differs = [&](const std::string& where, float difference, float largest) {
        throw std::runtime_error(what.name + ": " + theirs.name + " computes something else in " + where +
                                 " (largest difference " + std::to_string(difference) + " where values reach " +
                                 std::to_string(largest) + ")");
    };
    if (a.size() != b.size()) throw std::runtime_error(what.name + ": " + theirs.name + " has another size");
    const float apart = std::abs(ours_made.loss - theirs_made.loss);
    if (!(apart <= tolerance * std::max(1.0f, std::abs(ours_made.loss)))) differs("the loss", apart, ours_made.loss);
    // Tensor by tensor, so that a small one counts; but gradients of less than a share of the largest are rounding's.
    const auto largest_of = [](const float* from, std::size_t size) {
        return std::transform_reduce(
            from, from + size, 0.0f, [](float x, float y) { return std::max(x, y); },
            [](float x) { return std::abs(x); });
    };
    const float least = smallest_share * largest_of(a.data(), a.size());
    std::size_t first = 0, number = 0;
    for (const std::size_t size : what.what == task::train ? tensor_sizes(what) : std::vector{a.size()}) {
        const float largest = std::max(least, largest_of(a.data() + first, size));
        float difference = 0;
        for (std::size_t i = first; i < first + size; ++i) difference = std::max(difference, std::abs(a[i] - b[i]));
        if (!(difference <= tolerance * largest)) differs("tensor " + std::to_string(number), difference, largest);
        first += size;
        ++number;
    }
}

/// Google Benchmark's results, a sample of one contender's time at a time, in microseconds.
class sample_collector final : public benchmark::BenchmarkReporter {
public:
    explicit sample_collector(std::vector<contestant>& to) : to_(to) {}

    bool ReportContext(const Context&) override { return true; }

    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs)
            for (contestant& each : to_)
                if (each.name == run.run_name.function_name)
                    each.samples.push_back(1e6 * run.real_accumulated_time / static_cast<double>(run.iterations));
    }

private:
    std::vector<contestant>& to_;
};

/// How many steps make a sample: about 1 ms, so that a sample fits between two interruptions.
benchmark::IterationCount steps_in_a_sample(runner& run) {
    float sum = 0;
    for (benchmark::IterationCount steps = 1;; steps *= 2) {
        const auto start = clock::now();
        for (benchmark::IterationCount i = 0; i < steps; ++i) sum += run.step();
        benchmark::DoNotOptimize(sum);
        if (const std::chrono::duration<double, std::milli> elapsed = clock::now() - start; elapsed.count() > 0.5)
            return std::max<benchmark::IterationCount>(
                1, static_cast<benchmark::IterationCount>(static_cast<double>(steps) / elapsed.count()));
    }
}

/// All contenders once more, in other memory: which physical pages a buffer gets decides how well it fits the caches,
/// by a third of a prediction's time, and is luck. The minimum is then over several draws for everybody.
void measure_placement(const workload& what, const std::vector<contender>& all, const problem& data,
                       std::chrono::duration<double> budget, std::vector<contestant>& to) {
    std::vector<std::unique_ptr<runner>> runners;
    benchmark::ClearRegisteredBenchmarks();
    for (const contender& each : all) {
        std::unique_ptr<runner> made = each.make(what, data);
        if (made == nullptr) continue;
        runner* const run = made.get();
        runners.push_back(std::move(made));
        const auto loop = [run](benchmark::State& state) {
            run->step();  // what the contender before has displaced comes back
            for (auto step : state) {
                static_cast<void>(step);
                float value = run->step();
                benchmark::DoNotOptimize(value);
                benchmark::ClobberMemory();
            }
        };
        benchmark::RegisterBenchmark(each.name.c_str(), loop)->Iterations(steps_in_a_sample(*run))->UseRealTime();
    }
    sample_collector collector(to);
    const auto start = clock::now();
    for (int round = 0; round < 4 || clock::now() - start < budget; ++round)
        benchmark::RunSpecifiedBenchmarks(&collector, ".");  // each once, in turn
}

outcome_table measure(const workload& what, const std::vector<contender>& all, std::chrono::duration<double> budget) {
    const problem data = make_problem(what);
    outcome_table table{what, {}, espalier::kernel::detail::multiply_add_registers<float>(multiply_adds::rounds)};
    for (const contender& each : all) {
        if (const std::unique_ptr<runner> run = each.make(what, data); run != nullptr)
            table.contestants.push_back({each.name, {}, run->memory_used()});
        else
            continue;
        if (each.name == all.front().name || is_bound(each.name)) continue;
        if (what.residual_channels.empty()) {
            compare(all.front(), each, what, data, 2e-4f, 1e-3f);
            continue;
        }
        // Below a batch_norm gradients are what is left where 32 thousand pixels cancel.
        compare(all.front(), each, what, data, 2e-4f, 1.0f);
        compare(all.front(), each, what, data, 1e-2f, 1e-3f);
        // With a few relus of a million on the other side of zero, whose δ are one of 32 thousand in a sum.
        compare(all.front(), each, what, make_problem(what, true), 1e-2f, 1.0f);
    }
    constexpr int placements = 4;
    std::vector<std::vector<char>> displaced;  // pages that the next placement does not get
    for (int i = 0; i < placements; ++i) {
        measure_placement(what, all, data, budget / placements, table.contestants);
        displaced.emplace_back(std::size_t{1} << 20, 'x');
    }
    return table;
}

void run(int count, char** arguments) {
    bool quick = false;
    std::regex only(".");
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        if (argument == "--quick")
            quick = true;
        else if (argument == "--only" && i + 1 < count)
            only = arguments[++i];
        else
            throw std::runtime_error("usage: bench [--quick] [--only <regular expression>]");
    }
    const std::filesystem::path folder = std::filesystem::path(arguments[0]).parent_path();
    const std::vector<contender> contenders = load_contenders(folder);
    const std::chrono::duration<double> budget(quick ? 2 : 8);

    report report;
    for (const workload& what : all_workloads()) {
        if (!std::regex_search(what.name, only)) continue;
        std::fprintf(stderr, "%s\n", what.name.c_str());
        report.tables.push_back(measure(what, contenders, budget));
    }
    report.write(folder);
}

}  // namespace
}  // namespace bench

int main(int count, char** arguments) try {
    bench::run(count, arguments);
    return 0;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "bench: %s\n", problem.what());
    return 1;
}
