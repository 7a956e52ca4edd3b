// SPDX-License-Identifier: MIT
#pragma once

#include "step.hpp"

/// Normalisations and softmax.
namespace importer {

namespace detail {

/// ", ep::epsilon(0.001)" where it is not the usual one.
inline std::string epsilon_text(double epsilon) {
    return epsilon == 1e-5 ? "" : "ep::epsilon(" + decimal(epsilon) + ")";
}

inline std::string options(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& each : all)
        if (!each.empty()) text += (text.empty() ? "" : ", ") + each;
    return "<" + text + ">";
}

}  // namespace detail

inline void read_batch_norm(step& s) {
    s.inputs(5, 5);
    const double epsilon = s.given.number("epsilon", 1e-5);
    const double momentum = as_written(static_cast<float>(1 - s.given.number("momentum", 0.9)));
    s.given.only("training_mode", 0);
    s.given.only("spatial", 1);
    if (!(epsilon > 0)) s.fail("an epsilon above 0", decimal(epsilon));
    const shape channels{s.at.sample[0]};
    std::vector<learned_tensor> tensors{s.tensor("weight", 1, channels), s.tensor("bias", 2, channels),
                                        s.tensor("running_mean", 3, channels), s.tensor("running_var", 4, channels)};
    const std::string moved = std::abs(momentum - 0.1) < 1e-6 ? "" : "ep::momentum(" + decimal(momentum) + ")";
    s.add("batch_norm" + detail::options({detail::epsilon_text(epsilon), moved}), std::move(tensors));
}

inline void read_softmax(step& s) {
    s.inputs(1, 1);
    const auto rank = static_cast<std::int64_t>(s.at.sample.size());
    const bool flattens = s.graph().opset() < 13;  // all axes from this one on count as one
    std::int64_t axis = s.given.integer("axis", flattens ? 1 : -1);
    if (axis < 0) axis += rank + 1;
    if (axis < 1 || axis > rank || (flattens && axis != rank))
        s.fail(flattens ? "the last axis" : "an axis of the sample, 1 to " + std::to_string(rank),
               std::to_string(axis));
    const std::string word = s.node.op_type() == "Softmax" ? "softmax<" : "log_softmax<";
    s.add(word + (axis == 1 ? "" : std::to_string(axis - 1)) + ">");
}

/// ONNX's own operator, of version 17.
inline void read_layer_norm(step& s) {
    s.inputs(2, 3);
    const auto rank = static_cast<std::int64_t>(s.at.sample.size());
    std::int64_t axis = s.given.integer("axis", -1);
    const double epsilon = s.given.number("epsilon", 1e-5);
    s.given.only("stash_type", 1);
    if (axis < 0) axis += rank + 1;
    if (axis < 1 || axis > rank) s.fail("an axis of the sample, 1 to " + std::to_string(rank), std::to_string(axis));
    if (!(epsilon > 0)) s.fail("an epsilon above 0", decimal(epsilon));
    const shape last(s.at.sample.begin() + axis - 1, s.at.sample.end());
    std::vector<learned_tensor> tensors{s.tensor("weight", 1, last)};
    if (s.has_input(2)) tensors.push_back(s.tensor("bias", 2, last));
    s.add("layer_norm" + detail::options({"ep::last_axes(" + std::to_string(rank - axis + 1) + ")",
                                          detail::epsilon_text(epsilon), s.has_input(2) ? "" : "ep::no_bias"}),
          std::move(tensors));
}

/// ONNX's own operators: instance norm is that of as many groups as there are channels. Version 18 of group norm has
/// a weight and a bias for each group.
inline void read_group_norm(step& s) {
    s.inputs(3, 3);
    const std::size_t channels = s.at.sample[0];
    const bool is_instance = s.node.op_type() == "InstanceNormalization";
    const std::int64_t groups = is_instance ? static_cast<std::int64_t>(channels) : s.given.integer("num_groups", 0);
    const double epsilon = s.given.number("epsilon", 1e-5);
    s.given.only("stash_type", 1);
    if (groups < 1 || channels % static_cast<std::size_t>(groups) != 0)
        s.fail("a number of groups that divides " + std::to_string(channels) + " channels", std::to_string(groups));
    if (!(epsilon > 0)) s.fail("an epsilon above 0", decimal(epsilon));
    const bool one_a_group = !is_instance && s.graph().opset() < 21;
    const shape given{one_a_group ? static_cast<std::size_t>(groups) : channels};
    std::vector<learned_tensor> tensors{s.tensor("weight", 1, given), s.tensor("bias", 2, given)};
    for (learned_tensor& each : tensors) {
        std::vector<double> values(channels);
        for (std::size_t c = 0; c < channels; ++c) values[c] = each.values[c / (channels / given[0])];
        each = {each.name, {channels}, std::move(values)};
    }
    s.add("group_norm" + detail::options({std::to_string(groups), detail::epsilon_text(epsilon)}), std::move(tensors));
}

}  // namespace importer
