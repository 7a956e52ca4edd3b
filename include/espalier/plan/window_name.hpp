// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <espalier/layer/window_options.hpp>

namespace espalier::detail {

/// Calls add(text) for each option of a window that is not its default, as its user writes it: "stride<2, 1>".
template <class Add>
void name_window_options(const layer::window_options& options, Add&& add) {
    const std::size_t first = 2 - options.rank;
    const auto with = [](std::string name, std::initializer_list<std::size_t> numbers) {
        char separator = '<';
        for (const std::size_t each : numbers) {
            name += separator == '<' ? "<" : ", ";
            name += std::to_string(each);
            separator = ',';
        }
        return name + ">";
    };
    const auto axes = [&](std::string name, const std::size_t(&numbers)[2]) {
        return numbers[first] == numbers[1] ? with(name, {numbers[1]}) : with(name, {numbers[0], numbers[1]});
    };
    const auto differ = [&](const std::size_t(&numbers)[2], std::size_t by_default) {
        return numbers[first] != by_default || numbers[1] != by_default;
    };
    if (options.has_stride) add(axes("stride", options.stride));
    if (options.same) add("same");
    if (options.before[0] == options.behind[0] && options.before[1] == options.behind[1]) {
        if (differ(options.before, 0)) add(axes("padding", options.before));
    } else if (options.rank == 1) {
        add(with("padding", {options.before[1], options.behind[1]}));
    } else {
        add(with("padding", {options.before[0], options.before[1], options.behind[0], options.behind[1]}));
    }
    if (differ(options.dilation, 1)) add(axes("dilation", options.dilation));
    if (options.groups != 1) add(with("groups", {options.groups}));
    if (differ(options.output_padding, 0)) add(axes("output_padding", options.output_padding));
    if (!options.counts_padding) add("exclude_padding");
}

}  // namespace espalier::detail
