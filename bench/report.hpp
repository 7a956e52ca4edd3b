// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "workloads.hpp"

namespace bench {

/// The median and the quartiles around it.
struct spread {
    double low, median, high;
};

inline spread spread_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](std::size_t quarter) { return values[quarter * (values.size() - 1) / 4]; };
    return {at(1), at(2), at(3)};
}

struct contestant {
    std::string name;
    std::vector<double> samples;  ///< µs a step
    step_memory memory{};

    double min() const { return *std::min_element(samples.begin(), samples.end()); }
    double median() const { return spread_of(samples).median; }

    /// How many times as long as other: each sample by the one that other had in the same turn, since between turns
    /// the clock may change.
    spread times(const contestant& other) const {
        std::vector<double> ratios(std::min(samples.size(), other.samples.size()));
        for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] = samples[i] / other.samples[i];
        return spread_of(std::move(ratios));
    }
};

/// Not a peer but a lower bound of its time: only part of the work.
inline bool is_bound(const std::string& name) { return name == "libxsmm" || name == "load" || name == "peak"; }

/// This library's contestant comes first.
struct outcome_table {
    workload what;
    std::vector<contestant> contestants;
    double operations_at_peak;  ///< of a step of the contestant "peak"

    const contestant& peak() const {
        return *std::find_if(contestants.begin(), contestants.end(),
                             [](const contestant& each) { return each.name == "peak"; });
    }
    double peak_gflops() const { return operations_at_peak / (1e3 * peak().min()); }
    /// The share of the peak that a contestant reaches in a turn: the median over the turns.
    double peak_fraction_in_turn(const contestant& who) const {
        return flops(what) / operations_at_peak * peak().times(who).median;
    }
};

struct report {
    std::vector<outcome_table> tables;

    /// bench-results.json, table.md (printed as well), chart.dat
    void write(const std::filesystem::path& folder) const {
        std::ofstream(folder / "bench-results.json") << json().dump(2) << '\n';
        const std::string text = markdown();
        std::ofstream(folder / "table.md") << text;
        std::fputs(text.c_str(), stdout);
        std::ofstream(folder / "chart.dat") << chart();
    }

private:
    double peak_fraction(const outcome_table& table, const contestant& who) const {
        return flops(table.what) / (1e3 * who.min() * table.peak_gflops());
    }

    double peak_gflops() const {
        double most = 0;
        for (const outcome_table& each : tables) most = std::max(most, each.peak_gflops());
        return most;
    }

    nlohmann::ordered_json json() const {
        nlohmann::ordered_json all = {{"peak_gflops", peak_gflops()}, {"workloads", nlohmann::ordered_json::array()}};
        for (const outcome_table& table : tables) {
            const contestant& ours = table.contestants.front();
            nlohmann::ordered_json peers = nlohmann::ordered_json::object(), bounds = peers;
            for (const contestant& each : table.contestants)
                if (&each != &ours && each.name != "peak")
                    (is_bound(each.name) ? bounds : peers)[shown_name(each)] = times_of(each, ours);
            nlohmann::ordered_json entry = {
                {"name", table.what.name}, {"us_min", ours.min()}, {"us_median", ours.median()}};
            entry["peak_gflops"] = table.peak_gflops();
            if (table.what.what == task::elementwise)
                entry["peak_fraction"] = nullptr;  // no number of operations defines it
            else
                entry["peak_fraction"] = peak_fraction(table, ours);
            if (table.what.what != task::elementwise)
                entry["peak_fraction_in_turn"] = table.peak_fraction_in_turn(ours);
            for (const contestant& each : table.contestants)
                if (each.memory.kept > 0)
                    entry["bytes"][each.name] = {{"kept", each.memory.kept}, {"gradients", each.memory.gradients}};
            entry["peers"] = std::move(peers);
            if (!bounds.empty()) entry["bounds"] = std::move(bounds);
            all["workloads"].push_back(std::move(entry));
        }
        return all;
    }

    static nlohmann::ordered_json times_of(const contestant& who, const contestant& ours) {
        const spread times = who.times(ours);
        return {{"us_min", who.min()},
                {"us_median", who.median()},
                {"times_ours", {{"median", times.median}, {"quartiles", {times.low, times.high}}}}};
    }

    static std::string shown_name(const contestant& who) {
        if (who.name == "libxsmm") return "libxsmm-products-only";
        if (who.name == "load") return "loading the weights only";
        return who.name;
    }

    std::string markdown() const {
        char line[256];
        std::snprintf(line, sizeof line, "FMA peak of this core, in this run: %.1f GFLOP/s (float32)\n", peak_gflops());
        std::string text = line;
        for (const outcome_table& table : tables) {
            const contestant& ours = table.contestants.front();
            const bool elementwise = table.what.what == task::elementwise;
            std::snprintf(line, sizeof line, "\n### %s\n\nPeak meanwhile: %.1f GFLOP/s\n\n", table.what.name.c_str(),
                          table.peak_gflops());
            text += line;
            text += elementwise ? "| | median ns an element | min | | | time / ours, by min | in turn (quartiles) |\n"
                                : "| | median µs | min µs | GFLOP/s | of peak | time / ours, by min "
                                  "| in turn (quartiles) |\n";
            text += "|---|--:|--:|--:|--:|--:|--:|\n";
            const double unit = elementwise ? 1e3 / static_cast<double>(table.what.batch) : 1;
            for (const contestant& each : table.contestants) {
                if (each.name == "peak") continue;
                const bool counts = !elementwise && each.name != "load";
                char rate[64] = "| | ";
                if (counts)
                    std::snprintf(rate, sizeof rate, "| %.1f | %.1f %% ", flops(table.what) / (1e3 * each.min()),
                                  100 * peak_fraction(table, each));
                const int digits = unit * each.min() < 100 ? 3 : 1;
                const spread times = each.times(ours);
                std::snprintf(line, sizeof line, "| %s | %.*f | %.*f %s| %.2f | %.2f (%.2f–%.2f) |\n",
                              shown_name(each).c_str(), digits, unit * each.median(), digits, unit * each.min(), rate,
                              each.min() / ours.min(), times.median, times.low, times.high);
                text += line;
            }
            for (const contestant& each : table.contestants) {
                if (each.memory.kept == 0) continue;
                std::snprintf(line, sizeof line, "\n%s: %zu bytes %s + %zu bytes of gradients\n", each.name.c_str(),
                              each.memory.kept, &each == &ours ? "of arena" : "saved for backward",
                              each.memory.gradients);
                text += line;
            }
        }
        return text;
    }

    /// A row for each workload: its name, then how many times as long each contender took as this library.
    std::string chart() const {
        const std::vector<std::string> columns = {"espalier", "eigen", "openblas",   "onednn",
                                                  "libtorch", "dlib",  "onnxruntime"};
        std::string text = "workload";
        for (const std::string& column : columns) text += ' ' + column;
        text += '\n';
        for (const outcome_table& table : tables) {
            text += table.what.name;
            for (const std::string& column : columns) {
                const auto found = std::find_if(table.contestants.begin(), table.contestants.end(),
                                                [&](const contestant& each) { return each.name == column; });
                text += found == table.contestants.end()
                            ? " NaN"
                            : ' ' + std::to_string(found->times(table.contestants.front()).median);
            }
            text += '\n';
        }
        return text;
    }
};

}  // namespace bench
