// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <span>

#include <espalier/core/raise.hpp>
#include <espalier/core/simd_bytes.hpp>
#include <espalier/core/simd_lanes.hpp>
#include <espalier/loss/contract.hpp>
#include <espalier/run/rows.hpp>

/// Targets at the boundary: class indices [rows], or values [rows][outputs].
namespace espalier::detail {

template <class Label>
struct label_rows {
    const Label* labels;

    /// Without the first rows.
    template <std::size_t>
    label_rows from(std::size_t first) const {
        return {labels + first};
    }
    template <class Scalar, std::size_t Outputs>
    ESPALIER_INLINE auto lanes(std::size_t first, std::size_t rows) const {
        if (first + simd_width<Scalar> <= rows) [[likely]]
            return losses::label_target<Scalar>{load_integers<Scalar>(labels + first)};
        return losses::label_target<Scalar>{fill_lanes<Scalar>(
            [&](auto lane) ESPALIER_INLINE_LAMBDA { return labels[std::min(first + lane, rows - 1)]; })};
    }
};

template <class Value>
struct value_rows {
    const Value* values;

    template <std::size_t Outputs>
    value_rows from(std::size_t first) const {
        return {values + first * Outputs};
    }
    template <class Scalar, std::size_t Outputs>
    ESPALIER_INLINE auto lanes(std::size_t first, std::size_t rows) const {
        constexpr std::size_t width = simd_width<Scalar>;
        const auto row = [&](std::size_t lane)
                             ESPALIER_INLINE_LAMBDA { return values + std::min(first + lane, rows - 1) * Outputs; };
        losses::value_target<Scalar, Outputs> target;
        if constexpr (Outputs > width) {
            for (std::size_t lane = 0; lane < width; ++lane) target.rows[lane] = row(lane);
        } else if constexpr (Outputs == 1) {
            target.columns[0] = gather_rows<1>(values + first, rows - first);
        } else {
            simd_square<Scalar> square;
            ESPALIER_UNROLL
            for (std::size_t lane = 0; lane < width; ++lane) square.rows[lane] = load_partial<Outputs>(row(lane));
            transpose<Scalar>(square);
            std::copy_n(square.rows, Outputs, target.columns);
        }
        return target;
    }
};

/// Labels of a batch of `rows` samples; throws shape_error where their number or one of them does not fit.
template <class Label>
label_rows<Label> checked_labels(const Label* labels, std::size_t count, std::size_t rows, std::size_t classes) {
    if (count != rows) raise<shape_error>({"labels: expected one for each of ", rows, " rows, found ", count});
    const auto fits = [classes](Label label) {
        if constexpr (std::is_same_v<Label, bool>)
            return static_cast<std::size_t>(label) < classes;
        else
            return std::cmp_greater_equal(label, 0) && std::cmp_less(label, classes);
    };
    std::size_t wrong = 0;
    for (std::size_t row = 0; row < rows; ++row) wrong += !fits(labels[row]);
    if (wrong > 0) {
        std::size_t row = 0;
        while (fits(labels[row])) ++row;
        raise<shape_error>({"label of row ", row, ": expected 0 to ", classes - 1, ", found ", +labels[row]});
    }
    return {labels};
}

template <class Target>
using target_element = std::remove_const_t<element_of<const Target>>;

/// The caller's targets for a loss that takes them: checks shape and range.
template <class Scalar, std::size_t Outputs, Loss Function, class Target>
auto targets_of(const Target& target, std::size_t rows) {
    if constexpr (std::integral<target_element<Target>>) {
        const found_shape found = shape_of(target);
        if (found.rank != 1) refuse_shape("labels", extents{}, true, found.extent, found.rank, "");
        if (!is_row_major(target))
            refuse_shape("labels", extents{}, true, found.extent, found.rank, " with other strides");
        return checked_labels(first_of(target), found.extent[0], rows, Outputs);
    } else {
        // A network with one output also takes [rows].
        const found_shape found = shape_of(target);
        if (Outputs == 1 && found.rank == 1 && found.extent[0] == rows && is_row_major(target))
            return value_rows<Scalar>{first_of(target)};
        const auto checked = rows_of(target, shape<Outputs>{}, "targets");
        if (checked.rows != rows) raise<shape_error>({"targets: expected ", rows, " rows, found ", checked.rows});
        return value_rows<Scalar>{checked.data};
    }
}
template <class Scalar, std::size_t Outputs, Loss Function, class Element, std::size_t Extent>
auto targets_of(const std::span<Element, Extent>& target, std::size_t rows) {
    if constexpr (std::integral<Element>) {
        return checked_labels(target.data(), target.size(), rows, Outputs);
    } else {
        if (target.size() != rows * Outputs)
            raise<shape_error>({"targets: expected ", rows * Outputs, " values, found ", target.size()});
        return value_rows<Scalar>{target.data()};
    }
}

}  // namespace espalier::detail
