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

inline workload stream(std::string name, std::size_t outputs, function f) {
    workload made = prediction(std::move(name), {outputs}, f, false);
    made.what = task::stream;
    return made;
}

/// `dense` are the widths behind the convolutions. A signal is an image of height 1.
inline workload on_images(workload made, std::size_t channels, std::size_t height, std::size_t width,
                          std::vector<convolution> convolutions) {
    made.channels = channels;
    made.height = height;
    made.width = width;
    made.convolutions = std::move(convolutions);
    return made;
}

inline void add_convolutions(std::vector<workload>& all) {
    using enum function;
    using enum loss;
    const std::vector<convolution> lenet = {{6, 5, 0, 2}, {16, 5, 0, 2}};
    const std::vector<std::size_t> dense = {256, 120, 84, 10};
    for (const std::size_t batch : {32u, 128u})
        all.push_back(
            on_images(training("lenet5-b" + std::to_string(batch) + "-train", dense, batch, relu, cross_entropy), 1, 28,
                      28, lenet));
    workload residual =
        on_images(training("resnet8-16ch-32x32-b32-train", {64, 10}, 32, relu, cross_entropy), 3, 32, 32, {});
    residual.residual_channels = {16, 32, 64};
    all.push_back(residual);
    all.push_back(on_images(prediction("lenet5-predict", dense, relu, false), 1, 28, 28, lenet));
    for (const std::size_t c : {1u, 3u, 6u, 8u, 16u, 17u, 32u, 33u, 64u}) {
        const std::string name = std::to_string(c);
        all.push_back(
            on_images(training("conv3x3-" + name + "-" + name + "-16x16-b32-train", {c * 256}, 32, relu, mean_squared),
                      c, 16, 16, {{c, 3, 1, 0}, {c, 3, 1, 0}}));
    }
    const std::vector<convolution> stack = {{16, 3, 1, 0}, {16, 3, 1, 0}, {16, 3, 1, 0}, {1, 3, 1, 0}};
    const std::vector<convolution> wide = {{64, 15, 7, 0}};
    all.push_back(on_images(prediction("conv1d-stack-1-16-16-16-1-k3-predict", {512}, relu, false), 1, 1, 512, stack));
    all.push_back(on_images(prediction("conv1d-64-64-k15-predict", {64 * 512}, relu, false), 64, 1, 512, wide));
    all.push_back(on_images(stream("conv1d-stack-1-16-16-16-1-k3-stream", 1, relu), 1, 1, 1, stack));
    all.push_back(on_images(stream("conv1d-64-64-k15-stream", 64, relu), 64, 1, 1, wide));
}

/// The convolutions of a residual network, all without bias and with batch_norm behind: 3x3 to the first stage's
/// channels, relu; then a block for each stage, of two 3x3 and relu between, added to what came in, relu. From the
/// second stage on, a block's first convolution has stride 2 and what came in goes through 1x1 with stride 2. In this
/// order: the block, then its projection. Then the mean of each channel, and dense layers.
template <class Function>
void for_each_residual_convolution(const workload& of, Function&& f) {
    std::size_t in = of.residual_channels.front(), pixels = of.height * of.width;
    f(in, of.channels, std::size_t{9}, pixels);
    for (std::size_t stage = 0; stage < of.residual_channels.size(); ++stage) {
        const std::size_t out = of.residual_channels[stage];
        if (stage > 0) pixels /= 4;
        f(out, in, std::size_t{9}, pixels);
        f(out, out, std::size_t{9}, pixels);
        if (stage > 0) f(out, in, std::size_t{1}, pixels);
        in = out;
    }
}

/// Calls f(output channels, input channels, taps, output pixels) along the network.
template <class Function>
void for_each_convolution(const workload& of, Function&& f) {
    if (!of.residual_channels.empty()) return for_each_residual_convolution(of, f);
    std::size_t channels = of.channels, height = of.height, width = of.width;
    for (const convolution& each : of.convolutions) {
        const bool is_signal = of.height == 1;
        if (!is_signal) height = height + 2 * each.pad - each.kernel + 1;
        width = width + 2 * each.pad - each.kernel + 1;
        f(each.channels, channels, is_signal ? each.kernel : each.kernel * each.kernel, height * width);
        channels = each.channels;
        if (each.pool > 0) {
            height /= each.pool;
            width /= each.pool;
        }
    }
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
    add_convolutions(all);
    all.push_back(elements("tanh", function::tanh));
    all.push_back(elements("exp", function::exp));
    all.push_back(elements("sigmoid", sigmoid));
    all.push_back(elements("gelu", gelu));
    return all;
}

/// Of the products, a multiply-add counted as two; the first layer has no input gradient.
inline double flops(const workload& of) {
    double sum = 0;
    bool is_first = true;
    for_each_convolution(of, [&](std::size_t out, std::size_t in, std::size_t taps, std::size_t pixels) {
        const double products = of.what != task::train ? 1 : is_first ? 2 : 3;
        sum += products * 2 * static_cast<double>(of.batch * out * in * taps * pixels);
        is_first = false;
    });
    for (std::size_t l = 0; l < of.layers(); ++l) {
        const double products = of.what != task::train ? 1 : l == 0 && is_first ? 2 : 3;
        sum += products * 2 * static_cast<double>(of.batch * of.widths[l] * of.widths[l + 1]);
    }
    return sum;
}

/// Sizes of the parameters' tensors in their order: weights and biases; in a residual network weights, scales, shifts.
inline std::vector<std::size_t> tensor_sizes(const workload& of) {
    std::vector<std::size_t> sizes;
    for_each_convolution(of, [&](std::size_t out, std::size_t in, std::size_t taps, std::size_t) {
        sizes.insert(sizes.end(), {out * in * taps, out});
        if (!of.residual_channels.empty()) sizes.push_back(out);
    });
    for (std::size_t l = 0; l < of.layers(); ++l)
        sizes.insert(sizes.end(), {of.widths[l] * of.widths[l + 1], of.widths[l + 1]});
    return sizes;
}

/// mixed: of a residual network, relus that let about half of each channel through.
inline problem make_problem(const workload& of, bool mixed = false) {
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
    for_each_convolution(of, [&](std::size_t out, std::size_t in, std::size_t taps, std::size_t) {
        const float range = std::sqrt(3.0f / static_cast<float>(in * taps));
        for (std::size_t i = 0; i < out * in * taps; ++i) made.parameters.push_back(uniform(range));
        if (of.residual_channels.empty()) {
            for (std::size_t i = 0; i < out; ++i) made.parameters.push_back(uniform(0.1f));
            return;
        }
        // Among a million relus one is so near to zero that rounding decides. So each channel lies on one side: ±1
        // where what comes in is 0 or 1, ±3 where that is added to it.
        for (std::size_t i = 0; i < out; ++i)
            made.parameters.push_back(mixed ? 1 + uniform(0.2f) : 0.1f + uniform(0.05f));
        for (std::size_t i = 0; i < out; ++i)
            made.parameters.push_back(mixed ? uniform(0.3f) : std::copysign(in == out ? 3.0f : 1.0f, uniform(1)));
    });
    for (std::size_t l = 0; l < of.layers(); ++l) {
        const float range = std::sqrt(3.0f / static_cast<float>(of.widths[l]));
        for (std::size_t i = 0; i < of.widths[l] * of.widths[l + 1]; ++i) made.parameters.push_back(uniform(range));
        for (std::size_t i = 0; i < of.widths[l + 1]; ++i) made.parameters.push_back(uniform(0.1f));
    }
    return made;
}

}  // namespace bench
