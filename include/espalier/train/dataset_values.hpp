// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <xtensor/xtensor.hpp>

/// What a data set is made of: values checked once, rows chosen and counted.
namespace espalier::detail {

[[noreturn, gnu::cold]] inline void refuse_dataset(const std::string& reason) {
    throw std::invalid_argument("dataset: " + reason);
}

/// Extents of [rows][everything else], or a refusal.
template <class Expression>
std::array<std::size_t, 2> rows_and_columns(const Expression& values, const char* name) {
    if (values.dimension() == 0) refuse_dataset(std::string(name) + " need a first axis of rows, found a scalar");
    const auto rows = static_cast<std::size_t>(values.shape()[0]);
    if (values.size() == 0) refuse_dataset(std::string(name) + " are empty");
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
        refuse_dataset(std::string(name) + " must be finite, found " + std::to_string(*bad) + " at row " +
                       std::to_string(place / table.shape(1)) + ", column " + std::to_string(place % table.shape(1)));
    }
    return table;
}

/// The labels as class indices below `classes`.
template <class Expression>
xt::xtensor<std::int32_t, 1> checked_labels(const xt::xexpression<Expression>& expression, std::size_t classes) {
    const Expression& values = expression.derived_cast();
    const auto [rows, columns] = rows_and_columns(values, "labels");
    if (columns != 1) refuse_dataset("labels need one value a row, found " + std::to_string(columns));
    if (classes == 0 || classes > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
        refuse_dataset("classes must be from 1 to 2147483647, found " + std::to_string(classes));
    }
    xt::xtensor<std::int32_t, 1> labels(std::array<std::size_t, 1>{rows});
    std::size_t row = 0;
    for (auto value = values.template begin<xt::layout_type::row_major>(); row < rows; ++value, ++row) {
        const auto label = +*value;  // bool and characters become int
        if (label < 0 || static_cast<std::uint64_t>(label) >= classes) {
            refuse_dataset("labels must be from 0 to " + std::to_string(classes - 1) + ", found " +
                           std::to_string(label) + " at row " + std::to_string(row));
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
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return remainders[a] > remainders[b] || (remainders[a] == remainders[b] && a < b);
    });
    const auto wanted = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(rows)));
    for (std::size_t i = 0; i < order.size() && given < wanted; ++i, ++given) ++counts[order[i]];
    return counts;
}

}  // namespace espalier::detail
