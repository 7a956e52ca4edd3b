// SPDX-License-Identifier: MIT
#pragma once

#include "step.hpp"

/// The same numbers under another shape, with zeros around them, or repeated.
namespace importer {

namespace detail {

inline void become(step& s, const shape& sample) {
    if (sample == s.at.sample) return;
    s.add(sample.size() == 1 ? "flatten" : "reshape<" + listed(sample) + ">", sample);
}

}  // namespace detail

inline void read_flatten(step& s) {
    s.inputs(1, 1);
    std::int64_t axis = s.given.integer("axis", 1);
    if (axis < 0) axis += static_cast<std::int64_t>(s.at.sample.size()) + 1;
    if (axis != 1) s.fail("axis = 1, so that the batch stays", std::to_string(axis));
    detail::become(s, {size_of(s.at.sample)});
}

/// What a Reshape makes of a sample.
inline shape sample_of_reshape(translation& model, const onnx::NodeProto& node, const shape& from) {
    const model_graph& graph = model.graph;
    std::vector<std::int64_t> wanted = model.shapes.of(node, node.input(1));
    if (wanted.size() < 2 || wanted.size() > 7)
        graph.fail(node, "a shape of 2 to 7 axes", std::to_string(wanted.size()) + " axes");
    const std::int64_t first = wanted[0];
    wanted.erase(wanted.begin());
    const bool keeps_batch = first == 0 || first == any_batch || (model.shapes.batch && first == *model.shapes.batch) ||
                             (first == -1 && std::ranges::find(wanted, -1) == wanted.end());
    if (!keeps_batch) graph.fail(node, "a shape that begins with the batch", std::to_string(first));
    if (std::ranges::find(wanted, any_batch) != wanted.end())
        graph.fail(node, "the batch as the first axis alone", "it again");
    // A 0 keeps the extent on its axis, and the axes here are those behind the batch.
    return reshaped(graph, node, from, wanted);
}

inline void read_reshape(step& s) {
    s.inputs(2, 2);
    s.given.only("allowzero", 0);
    detail::become(s, sample_of_reshape(s.model(), s.node, s.at.sample));
}

/// Unsqueeze and Squeeze.
inline void read_axes(step& s) {
    s.inputs(1, 2);
    const std::vector<std::int64_t> axes = s.has_input(1) ? s.integers(1) : s.given.integers("axes", {});
    constexpr std::size_t unlike_any = most_elements + 1;  // the batch's, which stays in front
    shape whole{unlike_any};
    whole.insert(whole.end(), s.at.sample.begin(), s.at.sample.end());
    whole = with_axes(s.graph(), s.node, whole, axes);
    if (whole[0] != unlike_any) s.fail("axes behind the batch", "(" + listed(axes) + ")");
    if (whole.size() == 1) s.fail("a sample of at least one axis", "none");
    detail::become(s, {whole.begin() + 1, whole.end()});
}

inline void read_pad(step& s) {
    s.inputs(1, 3);
    if (const std::string mode = s.given.word("mode", "constant"); mode != "constant")
        s.fail("mode = constant", in_quotes(mode));
    const std::vector<std::int64_t> pads = s.has_input(1) ? s.integers(1) : s.given.integers("pads", {});
    double value = s.given.number("value", 0);
    if (s.has_input(2)) {
        const numbers filling = s.constant(2);
        value = filling.values.size() == 1 ? filling.values[0] : 1;
    }
    if (value != 0) s.fail("zeros as what is added", decimal(value));
    const std::size_t axes = s.at.sample.size() + 1;
    if (pads.size() != 2 * axes || pads[0] != 0 || pads[axes] != 0)
        s.fail(std::to_string(2 * axes) + " amounts, those of the batch 0", "(" + listed(pads) + ")");
    // Espalier counts from the last axis.
    std::vector<std::int64_t> added, cut;
    shape sample = s.at.sample, grown = sample;
    for (std::size_t axis = axes; axis-- > 1;) {
        for (const std::int64_t each : {pads[axis], pads[axes + axis]}) {
            constexpr std::int64_t most = 1 << 20;
            if (each > most || each < -most) s.fail("amounts of at most 2^20", std::to_string(each));
            added.push_back(std::max<std::int64_t>(each, 0));
            cut.push_back(std::max<std::int64_t>(-each, 0));
            grown[axis - 1] += static_cast<std::size_t>(added.back());
        }
        const auto left = static_cast<std::int64_t>(grown[axis - 1]) - cut.back() - cut[cut.size() - 2];
        if (left < 1) s.fail("an extent of at least 1 on axis " + std::to_string(axis), std::to_string(left));
        sample[axis - 1] = static_cast<std::size_t>(left);
    }
    for (std::vector<std::int64_t>* const list : {&added, &cut})
        while (list->size() >= 2 && list->back() == 0 && (*list)[list->size() - 2] == 0) list->resize(list->size() - 2);
    if (!added.empty()) s.add("pad<" + listed(added) + ">", grown);
    if (!cut.empty()) s.add("crop<" + listed(cut) + ">", sample);
}

inline void read_resize(step& s) {
    s.inputs(2, 4);
    struct choice {
        const char *name, *value, *by_default;
    };
    constexpr choice only[] = {{"mode", "nearest", "nearest"},
                               {"coordinate_transformation_mode", "asymmetric", "half_pixel"},
                               {"nearest_mode", "floor", "round_prefer_floor"}};
    const bool is_old = s.node.op_type() == "Upsample";
    for (const auto& [name, value, by_default] : only) {
        const std::string found = s.given.word(name, is_old ? value : by_default);
        if (found != value) s.fail(std::string(name) + " = " + value, in_quotes(found));
    }
    s.given.number("cubic_coeff_a", 0);
    if (s.has_input(3) || !s.has_input(is_old ? 1 : 2)) s.fail("constant scales", "sizes");
    const numbers scales = s.constant(is_old ? 1 : 2);
    const std::size_t axes = s.at.sample.size() + 1;
    bool fits = scales.values.size() == axes && axes > 2 && scales.values[0] == 1 && scales.values[1] == 1;
    std::vector<std::size_t> factors;
    shape sample = s.at.sample;
    for (std::size_t axis = 2; axis < axes && fits; ++axis) {
        const double each = scales.values[axis];
        fits = each >= 1 && each <= 1024 && each == std::floor(each);
        if (fits) factors.push_back(static_cast<std::size_t>(each));
        if (fits) sample[axis - 1] *= factors.back();
    }
    if (!fits) {
        std::string found;
        for (const double each : scales.values) found += (found.empty() ? "" : ", ") + decimal(each);
        s.fail("whole scales, those of batch and channels 1", "(" + found + ")");
    }
    if (std::ranges::adjacent_find(factors, std::not_equal_to{}) == factors.end()) factors.resize(1);
    s.add("upsample<" + listed(factors) + ">", sample);
}

}  // namespace importer
