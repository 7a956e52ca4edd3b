// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <espalier/run/predict.hpp>
#include <espalier/topology/dsl.hpp>
#include <functional>
#include <iostream>
#include <limits>
#include <set>

#include "testdata.hpp"

/// Runs the backend tests of some operators through networks that say the same.
namespace onnx_tests {

namespace ep = espalier;

/// Changes a test's tensors into what the network has: weights transposed, a scale multiplied into them.
using adaptation = std::function<void(backend_test&)>;

inline double largest_error(const std::vector<float>& found, const std::vector<float>& expected) {
    double largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double right = static_cast<double>(expected[i]);
        if (std::isnan(found[i]) && std::isnan(right)) continue;
        const double apart = std::abs(static_cast<double>(found[i]) - right) / std::max(1.0, std::abs(right));
        largest = std::isnan(apart) ? std::numeric_limits<double>::infinity() : std::max(largest, apart);
    }
    return largest;
}

/// The largest error of a network's predictions, relative to the larger of 1 and the expected number; infinite where
/// numbers of elements do not fit. Alone: also for the first sample by itself, which takes other code.
template <ep::Network Net, bool Alone>
double error_of(backend_test test, const adaptation& adapt) {
    constexpr double wrong = std::numeric_limits<double>::infinity();
    if (adapt) adapt(test);
    constexpr std::size_t inputs = ep::input_size<Net>, outputs = ep::output_size<Net>;
    const std::size_t rows = test.x.values.size() / inputs;
    if (rows * inputs != test.x.values.size() || rows * outputs != test.expected.values.size()) return wrong;
    if (test.parameters.size() < ep::parameter_tensor_count<Net>) return wrong;
    ep::parameters<Net> at;
    for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
        const auto& tensor = at.tensors[i];
        const std::vector<float>& values = test.parameters[i].values;
        if (values.size() != tensor.size && values.size() != 1) return wrong;
        for (std::size_t k = 0; k < tensor.size; ++k) at.data()[tensor.offset + k] = values[values.size() == 1 ? 0 : k];
    }
    std::vector<float> found(rows * outputs);
    ep::inference_workspace<Net, 32> workspace;
    std::span y(found);
    ep::predict(at, std::span(test.x.values), y, workspace);
    double largest = largest_error(found, test.expected.values);
    if constexpr (Alone) {
        const auto single = ep::predict(at, std::span(test.x.values.data(), inputs));
        largest = std::max(largest, largest_error({single.begin(), single.end()}, test.expected.values));
    }
    return largest;
}

struct network_case {
    std::string test;
    double (*error)(backend_test, const adaptation&);
    adaptation adapt;
};

/// Rows become columns.
inline void transpose(tensor& matrix) {
    const std::size_t rows = matrix.shape[0], columns = matrix.shape[1];
    const std::vector<float> old = matrix.values;
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
            matrix.values[column * rows + row] = old[row * columns + column];
    std::swap(matrix.shape[0], matrix.shape[1]);
}

template <auto Network, bool Alone = false>
network_case by(std::string test, adaptation adapt = {}) {
    return {std::move(test), error_of<ep::network_t<Network>, Alone>, std::move(adapt)};
}

/// Tests that are not run: all whose name begins so.
struct skip {
    std::string prefix;
    std::string reason;
};

/// One network for several tests.
inline void add(std::vector<network_case>& cases, const network_case& one, std::initializer_list<const char*> more) {
    cases.push_back(one);
    for (const char* const name : more) cases.push_back({name, one.error, one.adapt});
}

/// Each test that has one of these operators, and of the rest only operators of the library: it is run, or skipped for
/// a reason. Prints how many pass, and each skip. `concerns`: only tests of such names, the others are another file's.
inline void check_operators(const std::string& family, const std::set<std::string>& operators,
                            const std::set<std::string>& beside, const std::vector<network_case>& cases,
                            const std::vector<skip>& skips, bool (*concerns)(const std::string&) = nullptr) {
    const auto tests = all_tests();
    if (tests.empty()) {
        MESSAGE("SKIPPED: libonnx-testdata is not installed");
        return;
    }
    std::size_t passed = 0, total = 0;
    std::set<std::string> run, needed;
    std::string skipped;
    for (const backend_test& test : tests) {
        const auto has = [](const std::set<std::string>& list) {
            return [&list](const std::string& kind) { return list.contains(kind); };
        };
        const bool is_ours = std::ranges::any_of(test.kinds, has(operators)) &&
                             std::ranges::all_of(test.kinds, [&](const std::string& kind) {
                                 return operators.contains(kind) || beside.contains(kind);
                             });
        if (!is_ours || (concerns != nullptr && !concerns(test.name))) continue;
        ++total;
        CAPTURE(test.name);
        const auto found = std::ranges::find(cases, test.name, &network_case::test);
        if (found != cases.end()) {
            run.insert(test.name);
            const double error = found->error(test, found->adapt);
            CHECK(error < 1e-5);
            passed += error < 1e-5;
            continue;
        }
        std::string reason = test.has_integers ? "no floating-point tensors" : "";
        for (const skip& each : skips)
            if (test.name.starts_with(each.prefix)) {
                reason = each.reason;
                needed.insert(each.prefix);
            }
        CHECK_MESSAGE(!reason.empty(), "neither run nor skipped");
        skipped += "\n    " + test.name + ": " + reason;
    }
    for (const network_case& each : cases) CHECK_MESSAGE(run.contains(each.test), "no such test: " << each.test);
    for (const skip& each : skips) CHECK_MESSAGE(needed.contains(each.prefix), "skips no test: " << each.prefix);
    std::cout << family << ": " << passed << " of " << total << " backend tests pass; skipped:" << skipped << '\n';
}

}  // namespace onnx_tests
