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

inline void read_reshape(step& s) {
    s.inputs(2, 2);
    s.given.only("allowzero", 0);
    std::vector<std::int64_t> wanted = s.integers(1);
    if (wanted.size() < 2 || wanted.size() > 7)
        s.fail("a shape of 2 to 7 axes", std::to_string(wanted.size()) + " axes");
    const std::size_t size = size_of(s.at.sample);
    const std::string expected = "extents whose product is " + std::to_string(size);
    std::uint64_t fixed = 1;
    std::size_t open = 0;
    for (std::size_t axis = 1; axis < wanted.size(); ++axis) {
        std::int64_t& extent = wanted[axis];
        if (extent == 0 && axis <= s.at.sample.size()) extent = static_cast<std::int64_t>(s.at.sample[axis - 1]);
        if (extent == -1) {
            ++open;
            continue;
        }
        if (extent < 1 || static_cast<std::uint64_t>(extent) > size) s.fail(expected, std::to_string(extent));
        fixed *= static_cast<std::uint64_t>(extent);
        if (fixed > size) s.fail(expected, "a larger one");
    }
    const bool keeps_batch =
        wanted[0] == 0 || (s.model().batch && wanted[0] == *s.model().batch) || (wanted[0] == -1 && open == 0);
    if (!keeps_batch || open > 1) s.fail("a shape that begins with the batch", "(" + listed(wanted) + ")");
    if (size % fixed != 0 || (open == 0 && fixed != size)) s.fail(expected, std::to_string(fixed));
    shape sample;
    for (std::size_t axis = 1; axis < wanted.size(); ++axis)
        sample.push_back(wanted[axis] == -1 ? size / fixed : static_cast<std::size_t>(wanted[axis]));
    detail::become(s, sample);
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
    const std::pair<const char*, const char*> only[] = {
        {"mode", "nearest"}, {"coordinate_transformation_mode", "asymmetric"}, {"nearest_mode", "floor"}};
    const bool is_old = s.node.op_type() == "Upsample";
    for (const auto& [name, value] : only) {
        const std::string found = s.given.word(name, is_old || std::string_view(name) == "mode" ? value : "");
        if (found != value) s.fail(std::string(name) + " = " + value, found.empty() ? "another" : in_quotes(found));
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
    if (!fits) s.fail("whole scales, those of batch and channels 1", "others");
    if (std::ranges::adjacent_find(factors, std::not_equal_to{}) == factors.end()) factors.resize(1);
    s.add("upsample<" + listed(factors) + ">", sample);
}

}  // namespace importer
