// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <espalier/core/text.hpp>
#include <espalier/layer/window_options.hpp>

namespace espalier::detail {

/// Calls add(text) for each option of a window that is not its default, as its user writes it: "stride<2, 1>".
template <class Add>
[[gnu::cold]] void name_window_options(const layer::window_options& options, Add&& add) {
    const std::size_t first = 2 - options.rank;
    const auto axes = [&](const char* name, const std::size_t(&numbers)[2]) {
        add(numbers[first] == numbers[1] ? text_of({name, "<", numbers[1], ">"})
                                         : text_of({name, "<", numbers[0], ", ", numbers[1], ">"}));
    };
    const auto differ = [&](const std::size_t(&numbers)[2], std::size_t by_default) {
        return numbers[first] != by_default || numbers[1] != by_default;
    };
    if (options.has_stride) axes("stride", options.stride);
    if (options.same) add("same");
    if (options.before[0] == options.behind[0] && options.before[1] == options.behind[1]) {
        if (differ(options.before, 0)) axes("padding", options.before);
    } else if (options.rank == 1) {
        add(text_of({"padding<", options.before[1], ", ", options.behind[1], ">"}));
    } else {
        add(text_of({"padding<", options.before[0], ", ", options.before[1], ", ", options.behind[0], ", ",
                     options.behind[1], ">"}));
    }
    if (differ(options.dilation, 1)) axes("dilation", options.dilation);
    if (options.groups != 1) add(text_of({"groups<", options.groups, ">"}));
    if (differ(options.output_padding, 0)) axes("output_padding", options.output_padding);
    if (!options.counts_padding) add("exclude_padding");
}

}  // namespace espalier::detail
