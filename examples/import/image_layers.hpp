// SPDX-License-Identifier: MIT
#pragma once

#include "step.hpp"

/// Layers that run windows over images and signals.
namespace importer {

namespace detail {

/// The attributes that operators with windows share.
struct window {
    std::vector<std::int64_t> kernel, strides, dilations, before, behind, output_padding;
    bool same = false;

    window(step& s, const shape& weight_kernel) {
        const std::size_t rank = s.at.sample.size() - 1;
        if (s.at.sample.size() != 2 && s.at.sample.size() != 3)
            s.fail("samples of 2 or 3 axes, channels first", written(s.at.sample));
        std::vector<std::int64_t> from_weight(weight_kernel.begin(), weight_kernel.end());
        kernel = checked(s, "kernel_shape", from_weight, rank, 1);
        if (!from_weight.empty() && kernel != from_weight)
            s.fail("a kernel_shape of " + listed(from_weight) + ", as its weights have", listed(kernel));
        strides = checked(s, "strides", std::vector<std::int64_t>(rank, 1), rank, 1);
        dilations = checked(s, "dilations", std::vector<std::int64_t>(rank, 1), rank, 1);
        std::vector<std::int64_t> pads = checked(s, "pads", std::vector<std::int64_t>(2 * rank, 0), 2 * rank, 0);
        const std::string automatic = s.given.word("auto_pad", "NOTSET");
        if (automatic == "SAME_UPPER")
            same = true;
        else if (automatic != "NOTSET" && automatic != "VALID")
            s.fail("auto_pad = NOTSET, VALID or SAME_UPPER", in_quotes(automatic));
        if (automatic != "NOTSET" && std::ranges::any_of(pads, [](std::int64_t each) { return each != 0; }))
            s.fail("pads of 0 beside auto_pad = " + automatic, "(" + listed(pads) + ")");
        before.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
        behind.assign(pads.begin() + static_cast<std::ptrdiff_t>(rank), pads.end());
    }

    std::size_t rank() const { return kernel.size(); }

    /// The sample behind a window that gathers.
    shape gathered(const step& s, std::size_t channels) const {
        shape sample{channels};
        for (std::size_t axis = 0; axis < rank(); ++axis) {
            const auto size = static_cast<std::int64_t>(s.at.sample[axis + 1]);
            const std::int64_t reach = size + before[axis] + behind[axis] - span(axis);
            if (!same && reach < 0)
                s.fail("a window of at most the padded extent " + std::to_string(reach + span(axis)),
                       std::to_string(span(axis)));
            sample.push_back(static_cast<std::size_t>(same ? (size + strides[axis] - 1) / strides[axis]
                                                           : reach / strides[axis] + 1));
        }
        return sample;
    }
    /// The sample behind a window that scatters.
    shape scattered(const step& s, std::size_t channels) const {
        shape sample{channels};
        for (std::size_t axis = 0; axis < rank(); ++axis) {
            const std::int64_t extent = (static_cast<std::int64_t>(s.at.sample[axis + 1]) - 1) * strides[axis] +
                                        span(axis) + output_padding[axis] - before[axis] - behind[axis];
            if (extent < 1) s.fail("an output of at least 1 element", std::to_string(extent));
            sample.push_back(static_cast<std::size_t>(extent));
        }
        return sample;
    }

    /// "3, 3, ep::stride<2>, ep::padding<1>": what changes nothing is left out.
    std::string text(bool strides_always) const {
        std::string list = all_alike(kernel) ? std::to_string(kernel[0]) : listed(kernel);
        const auto option = [&](const char* word, const std::vector<std::int64_t>& values) {
            list += std::string(", ep::") + word + "<" +
                    (all_alike(values) ? std::to_string(values[0]) : listed(values)) + ">";
        };
        const auto is_all = [](const std::vector<std::int64_t>& values, std::int64_t value) {
            return std::ranges::all_of(values, [=](std::int64_t each) { return each == value; });
        };
        if (strides_always ? strides != kernel : !is_all(strides, 1)) option("stride", strides);
        if (same) list += ", ep::same";
        std::vector<std::int64_t> around = before;
        if (before != behind) around.insert(around.end(), behind.begin(), behind.end());
        if (!is_all(around, 0)) {
            // Two numbers of a signal are before and behind: one extent, said twice, is both.
            if (before != behind)
                list += ", ep::padding<" + listed(around) + ">";
            else
                option("padding", around);
        }
        if (!is_all(dilations, 1)) option("dilation", dilations);
        if (!output_padding.empty() && !is_all(output_padding, 0)) option("output_padding", output_padding);
        return list;
    }

    static std::vector<std::int64_t> checked(step& s, const char* name, std::vector<std::int64_t> otherwise,
                                             std::size_t count, std::int64_t least) {
        std::vector<std::int64_t> found = s.given.integers(name, std::move(otherwise));
        constexpr std::int64_t most = 1 << 20;
        const bool fits = std::ranges::all_of(found, [=](std::int64_t each) { return each >= least && each <= most; });
        if (found.size() != count || !fits)
            s.fail(std::to_string(count) + " numbers from " + std::to_string(least) + " as " + name,
                   "(" + listed(found) + ")");
        return found;
    }

private:
    std::int64_t span(std::size_t axis) const { return (kernel[axis] - 1) * dilations[axis] + 1; }
    static bool all_alike(const std::vector<std::int64_t>& values) {
        return std::ranges::adjacent_find(values, std::not_equal_to{}) == values.end();
    }
};

/// Weights [a][b][kernel…], whose extents are the kernel's.
inline numbers filters(const step& s) {
    numbers found = s.constant(1);
    if (found.extents.size() != s.at.sample.size() + 1 || found.values.empty())
        s.fail("weights of " + std::to_string(s.at.sample.size() + 1) + " axes", "shape " + written(found.extents));
    return found;
}

inline std::string with_rank(const char* word, std::size_t rank) { return word + std::to_string(rank) + "d<"; }

inline std::size_t groups_of(step& s, std::size_t channels) {
    const std::int64_t groups = s.given.integer("group", 1);
    if (groups < 1 || channels % static_cast<std::size_t>(groups) != 0)
        s.fail("a number of groups that divides " + std::to_string(channels) + " channels", std::to_string(groups));
    return static_cast<std::size_t>(groups);
}

inline void add_filters(step& s, std::string text, numbers weights, const shape& sample) {
    std::vector<learned_tensor> tensors{{"weight", std::move(weights.extents), std::move(weights.values)}};
    if (s.has_input(2))
        tensors.push_back(s.tensor("bias", 2, {sample[0]}));
    else
        text += ", ep::no_bias";
    s.add(text + ">", sample, std::move(tensors));
}

}  // namespace detail

inline void read_convolution(step& s) {
    s.inputs(2, 3);
    numbers weights = detail::filters(s);
    const detail::window window(s, {weights.extents.begin() + 2, weights.extents.end()});
    const std::size_t channels = s.at.sample[0], outputs = weights.extents[0];
    const std::size_t groups = detail::groups_of(s, channels);
    if (weights.extents[1] != channels / groups || outputs % groups != 0)
        s.fail("weights for " + std::to_string(channels) + " channels in " + std::to_string(groups) + " groups",
               "shape " + written(weights.extents));
    const bool depthwise = groups > 1 && groups == channels && outputs == channels;
    std::string text = detail::with_rank(depthwise ? "depthwise_conv" : "conv", window.rank());
    if (!depthwise) text += std::to_string(outputs) + ", ";
    text += window.text(false);
    if (!depthwise && groups > 1) text += ", ep::groups<" + std::to_string(groups) + ">";
    detail::add_filters(s, text, std::move(weights), window.gathered(s, outputs));
}

inline void read_transposed_convolution(step& s) {
    s.inputs(2, 3);
    numbers weights = detail::filters(s);
    detail::window window(s, {weights.extents.begin() + 2, weights.extents.end()});
    window.output_padding =
        detail::window::checked(s, "output_padding", std::vector<std::int64_t>(window.rank(), 0), window.rank(), 0);
    for (std::size_t axis = 0; axis < window.rank(); ++axis)
        if (window.output_padding[axis] >= window.strides[axis])
            s.fail("an output_padding below the stride", std::to_string(window.output_padding[axis]));
    if (window.same) s.fail("auto_pad = NOTSET", "'SAME_UPPER'");
    const std::size_t channels = s.at.sample[0], groups = detail::groups_of(s, channels);
    if (weights.extents[0] != channels)
        s.fail("weights for " + std::to_string(channels) + " channels", "shape " + written(weights.extents));
    const std::size_t outputs = weights.extents[1] * groups;
    std::string text = detail::with_rank("conv_transpose", window.rank()) + std::to_string(outputs) + ", ";
    text += window.text(false);
    if (groups > 1) text += ", ep::groups<" + std::to_string(groups) + ">";
    const shape sample = window.scattered(s, outputs);
    detail::add_filters(s, text, std::move(weights), sample);
}

inline void read_pool(step& s) {
    s.inputs(1, 1);
    const bool average = s.node.op_type() == "AveragePool";
    const detail::window window(s, {});
    s.given.only("ceil_mode", 0);
    s.given.only("storage_order", 0);
    for (std::size_t axis = 0; axis < window.rank(); ++axis) {
        if (window.dilations[axis] != 1) s.fail("dilations = 1", std::to_string(window.dilations[axis]));
        if (std::max(window.before[axis], window.behind[axis]) >= window.kernel[axis])
            s.fail("a padding smaller than the window", std::to_string(window.before[axis]));
    }
    std::int64_t elements = 1;
    for (const std::int64_t each : window.kernel) elements *= each;
    if (!average && elements > 256) s.fail("a window of at most 256 elements", std::to_string(elements));
    const bool counted = s.given.integer("count_include_pad", 0) != 0;
    std::string text = std::string(average ? "average_pool<" : "max_pool<") + window.text(true);
    const bool padded = text.find("padding") != std::string::npos || window.same;
    if (average && padded && !counted) text += ", ep::exclude_padding";
    s.add(text + ">", window.gathered(s, s.at.sample[0]));
}

/// [channels][1]…, or [channels] where a flatten comes next.
inline void add_global_average(step& s, bool keeps_axes) {
    if (s.at.sample.size() != 2 && s.at.sample.size() != 3)
        s.fail("samples of 2 or 3 axes, channels first", written(s.at.sample));
    shape sample(keeps_axes ? s.at.sample.size() : 1, 1);
    sample[0] = s.at.sample[0];
    if (const onnx::NodeProto* const next = s.follower("Flatten"); keeps_axes && next != nullptr) {
        attributes given(s.graph(), *next);
        if (given.integer("axis", 1) == 1) {
            given.none_left();
            s.take_follower();
            keeps_axes = false;
            sample.resize(1);
        }
    }
    s.add(keeps_axes ? "adaptive_average_pool<1>" : "global_average_pool", sample);
}

inline void read_global_average(step& s) {
    s.inputs(1, 1);
    add_global_average(s, true);
}

/// The mean of each channel.
inline void read_mean(step& s) {
    s.inputs(1, 2);
    std::vector<std::int64_t> axes = s.has_input(1) ? s.integers(1) : s.given.integers("axes", {});
    for (std::int64_t& each : axes)
        if (each < 0) each += static_cast<std::int64_t>(s.at.sample.size()) + 1;
    std::ranges::sort(axes);
    std::vector<std::int64_t> all_but_channels;
    for (std::size_t axis = 2; axis <= s.at.sample.size(); ++axis)
        all_but_channels.push_back(static_cast<std::int64_t>(axis));
    if (axes != all_but_channels || axes.empty())
        s.fail("the axes behind the channels, (" + listed(all_but_channels) + ")", "(" + listed(axes) + ")");
    s.given.only("noop_with_empty_axes", 0);
    add_global_average(s, s.given.integer("keepdims", 1) != 0);
}

}  // namespace importer
