// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <espalier/core/random.hpp>
#include <espalier/core/text.hpp>
#include <xtensor/xtensor.hpp>

/// What a data set is made of: values checked once, rows chosen and counted.
namespace espalier::detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void refuse_dataset(std::initializer_list<piece> reason) {
    std::string text = "dataset: ";
    for (const piece& each : reason) each.append_to(text);
    throw std::invalid_argument(text);
}

/// Extents of [rows][everything else], or a refusal.
template <class Expression>
std::array<std::size_t, 2> rows_and_columns(const Expression& values, const char* name) {
    if (values.dimension() == 0) refuse_dataset({name, " need a first axis of rows, found a scalar"});
    const auto rows = static_cast<std::size_t>(values.shape()[0]);
    if (values.size() == 0) refuse_dataset({name, " are empty"});
    return {rows, values.size() / rows};
}

/// The values as [rows][everything else], row-major and all finite.
template <std::floating_point T, class Expression>
xt::xtensor<T, 2> flattened(const xt::xexpression<Expression>& expression, const char* name) {
    const Expression& values = expression.derived_cast();
    xt::xtensor<T, 2> table(rows_and_columns(values, name));
    std::transform(values.template begin<xt::layout_type::row_major>(),
                   values.template end<xt::layout_type::row_major>(), table.data(),
                   [](auto value) { return static_cast<T>(value); });
    const T* const bad =
        std::find_if_not(table.data(), table.data() + table.size(), [](T v) { return std::isfinite(v); });
    if (bad != table.data() + table.size()) {
        const auto place = static_cast<std::size_t>(bad - table.data());
        refuse_dataset({name, " must be finite, found ", *bad, " at row ", place / table.shape(1), ", column ",
                        place % table.shape(1)});
    }
    return table;
}

/// The labels as class indices below `classes`.
template <class Expression>
xt::xtensor<std::int32_t, 1> checked_labels(const xt::xexpression<Expression>& expression, std::size_t classes) {
    const Expression& values = expression.derived_cast();
    const auto [rows, columns] = rows_and_columns(values, "labels");
    if (columns != 1) refuse_dataset({"labels need one value a row, found ", columns});
    if (classes == 0 || classes > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
        refuse_dataset({"classes must be from 1 to 2147483647, found ", classes});
    }
    xt::xtensor<std::int32_t, 1> labels(std::array<std::size_t, 1>{rows});
    std::size_t row = 0;
    for (auto value = values.template begin<xt::layout_type::row_major>(); row < rows; ++value, ++row) {
        const auto label = +*value;  // bool and characters become int
        if (label < 0 || static_cast<std::uint64_t>(label) >= classes) {
            refuse_dataset({"labels must be from 0 to ", classes - 1, ", found ", label, " at row ", row});
        }
        labels(row) = static_cast<std::int32_t>(label);
    }
    return labels;
}

/// The given rows of a tensor whose first axis is rows, in that order.
template <class Tensor>
Tensor gathered(const Tensor& values, std::span<const std::size_t> rows) {
    auto extents = values.shape();
    const std::size_t width = values.size() / extents[0];
    extents[0] = rows.size();
    Tensor result(extents);
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(values.data() + rows[i] * width, width, result.data() + i * width);
    return result;
}

/// How many of each group go to the first part: shares of the fraction, rounded so that they sum to the rounded
/// whole (largest remainder first, then lower group).
[[gnu::cold]] inline std::vector<std::size_t> apportioned(double fraction,
                                                          const std::vector<std::vector<std::size_t>>& groups) {
    std::vector<std::size_t> counts(groups.size()), order(groups.size());
    std::vector<double> remainders(groups.size());
    std::size_t rows = 0, given = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const double share = fraction * static_cast<double>(groups[i].size());
        counts[i] = static_cast<std::size_t>(share);
        remainders[i] = share - static_cast<double>(counts[i]);
        rows += groups[i].size();
        given += counts[i];
    }
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto comes_before = [&](std::size_t a, std::size_t b) {
        return remainders[a] > remainders[b] || (remainders[a] == remainders[b] && a < b);
    };
    std::make_heap(order.begin(), order.end(), comes_before);  // a fifth of the code of std::sort
    std::sort_heap(order.begin(), order.end(), comes_before);
    const auto wanted = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(rows)));
    for (std::size_t i = 0; i < order.size() && given < wanted; ++i, ++given) ++counts[order[i]];
    return counts;
}

struct row_split {
    std::vector<std::size_t> first, second;
};

/// Row numbers in two parts, each in order; of each class, or of all, the share `fraction` at random in the first.
[[gnu::cold]] inline row_split split_rows(double fraction, seed from, std::size_t rows, const std::int32_t* classes) {
    if (!(fraction > 0 && fraction < 1)) refuse_dataset({"a split needs a fraction between 0 and 1, found ", fraction});
    std::size_t last = 0;
    for (std::size_t row = 0; classes != nullptr && row < rows; ++row)
        last = std::max(last, static_cast<std::size_t>(classes[row]));
    std::vector<std::vector<std::size_t>> groups(last + 1);
    for (std::size_t row = 0; row < rows; ++row)
        groups[classes == nullptr ? 0 : static_cast<std::size_t>(classes[row])].push_back(row);
    const std::vector<std::size_t> counts = apportioned(fraction, groups);
    std::vector<std::size_t> is_first(rows);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        shuffle(groups[i], random_stream{from, "split", i});
        for (std::size_t k = 0; k < counts[i]; ++k) is_first[groups[i][k]] = 1;
    }
    row_split parts;
    for (std::size_t row = 0; row < rows; ++row) (is_first[row] != 0 ? parts.first : parts.second).push_back(row);
    if (parts.first.empty() || parts.second.empty())
        refuse_dataset({"a split of ", rows, " rows by ", fraction, " leaves one part empty"});
    return parts;
}

}  // namespace espalier::detail
