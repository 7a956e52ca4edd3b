// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <random>

#include "contender.hpp"

namespace bench {

inline constexpr std::size_t sweep_widths[] = {4,  7,  8,  15, 16,  17,  31,  32,  33,  45,
                                               46, 63, 64, 65, 100, 127, 128, 129, 250, 256};

inline workload training(std::string name, std::vector<std::size_t> widths, std::size_t batch, function f, loss cost,
                         optimizer rule = optimizer::sgd) {
    workload made;
    made.name = std::move(name);
    made.widths = std::move(widths);
    made.batch = batch;
    made.f = f;
    made.cost = cost;
    made.rule = rule;
    return made;
}

inline workload prediction(std::string name, std::vector<std::size_t> widths, function f, bool activated_output) {
    workload made;
    made.name = std::move(name);
    made.what = task::predict;
    made.widths = std::move(widths);
    made.f = f;
    made.activated_output = activated_output;
    return made;
}

inline workload elements(std::string name, function f) {
    workload made;
    made.name = std::move(name);
    made.what = task::elementwise;
    made.f = f;
    made.batch = 2048;  // 8 KB in and 8 KB out: in every L1
    return made;
}

inline std::vector<workload> all_workloads() {
    using enum function;
    using enum loss;
    using enum optimizer;
    std::vector<workload> all = {
        training("mlp-784-128-10-b32-train", {784, 128, 10}, 32, relu, cross_entropy),
        training("mlp-784-128-10-b128-train", {784, 128, 10}, 128, relu, cross_entropy),
        training("mlp-784-512-256-10-b128-train", {784, 512, 256, 10}, 128, relu, cross_entropy),
        training("mlp-4-32-32-1-tanh-b64-train", {4, 32, 32, 1}, 64, function::tanh, mean_squared),
        training("mlp-64x4-4-tanh-b256-train", {64, 64, 64, 64, 4}, 256, function::tanh, cross_entropy),
        training("mlp-64x4-4-relu-b256-train", {64, 64, 64, 64, 4}, 256, relu, cross_entropy),
        training("mlp-4-32-16-4-tanh-b10000-adam-train", {4, 32, 16, 4}, 10'000, function::tanh, mean_squared, adam),
        training("mlp-784-128-10-b128-adam-train", {784, 128, 10}, 128, relu, cross_entropy, adam),
        prediction("mlp-32-64-64-8-tanh-predict", {32, 64, 64, 8}, function::tanh, false),
        prediction("mlp-784-128-10-relu-predict", {784, 128, 10}, relu, false),
        prediction("gnubg-250-128-5-sigmoid-predict", {250, 128, 5}, sigmoid, true),
    };
    for (const std::size_t w : sweep_widths) {
        const std::string width = std::to_string(w);
        all.push_back(training("sweep-" + width + "x" + width + "-b64-train", {w, w, w, w}, 64, relu, mean_squared));
    }
    all.push_back(elements("tanh", function::tanh));
    all.push_back(elements("exp", function::exp));
    all.push_back(elements("sigmoid", sigmoid));
    all.push_back(elements("gelu", gelu));
    return all;
}

/// Of the products, a multiply-add counted as two; the first layer has no input gradient.
inline double flops(const workload& of) {
    double sum = 0;
    for (std::size_t l = 0; l < of.layers(); ++l) {
        const double products = of.what == task::predict ? 1 : l == 0 ? 2 : 3;
        sum += products * 2 * static_cast<double>(of.batch * of.widths[l] * of.widths[l + 1]);
    }
    return sum;
}

inline problem make_problem(const workload& of) {
    std::mt19937 random(7);
    const auto uniform = [&](float range) {
        return range *
               (static_cast<float>(random()) * 0x1p-31f - 1);  // standard distributions differ between libraries
    };
    problem made;
    if (of.what == task::elementwise) {
        for (std::size_t i = 0; i < of.batch; ++i) made.x.push_back(uniform(8));
        return made;
    }
    for (std::size_t i = 0; i < of.batch * of.inputs(); ++i) made.x.push_back(uniform(1));
    for (std::size_t i = 0; i < of.batch; ++i)
        made.labels.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(of.outputs())));
    for (std::size_t i = 0; i < of.batch * of.outputs(); ++i) made.values.push_back(uniform(1));
    for (std::size_t l = 0; l < of.layers(); ++l) {
        const float range = std::sqrt(3.0f / static_cast<float>(of.widths[l]));
        for (std::size_t i = 0; i < of.widths[l] * of.widths[l + 1]; ++i) made.parameters.push_back(uniform(range));
        for (std::size_t i = 0; i < of.widths[l + 1]; ++i) made.parameters.push_back(uniform(0.1f));
    }
    return made;
}

}  // namespace bench
