// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/core/text.hpp>

namespace espalier::detail {

/// Columns on a terminal that UTF-8 text takes: its code points, since nothing that is printed is wide or combining.
inline std::size_t text_width(std::string_view text) {
    std::size_t width = 0;
    for (const char byte : text) width += (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    return width;
}

/// The text, cut to a width with an ellipsis.
[[gnu::cold]] inline std::string fitted(std::string text, std::size_t width) {
    if (text_width(text) <= width) return text;
    std::size_t end = 0;
    for (std::size_t kept = 0; end < text.size(); ++end) {
        const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
        if (starts && ++kept == width) break;
    }
    text.resize(end);
    text += "…";
    return text;
}

/// 1234567 → 1,234,567
[[gnu::cold]] inline std::string grouped(std::size_t number) {
    const std::string digits = text_of({number});
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

/// Rows of cells with aligned columns: text to the left, numbers to the right, at most 120 columns wide.
class text_table {
public:
    enum class align : unsigned char { left, right };
    struct column {
        std::string_view title;
        align side;
    };

    static constexpr std::size_t max_width = 120;
    static constexpr std::string_view gap = "  ";

    /// Refers to the columns.
    [[gnu::cold]] explicit text_table(std::span<const column> columns) : columns_(columns) {
        for (const column& each : columns) cells_.emplace_back(each.title);
        rule();
    }

    [[gnu::cold]] void add(std::initializer_list<piece> cells) {
        for (const piece& each : cells) each.append_to(cells_.emplace_back());
    }
    /// A line below what has been added.
    [[gnu::cold]] void rule() { rules_.push_back(cells_.size()); }

    [[gnu::cold]] std::string text() const {
        const std::vector<std::size_t> widths = column_widths();
        std::string line, out;
        for (std::size_t total = width_of(widths); total > 0; --total) line += "─";
        auto next_rule = rules_.begin();
        for (std::size_t first = 0; first < cells_.size(); first += columns_.size()) {
            out += row(&cells_[first], widths);
            if (next_rule == rules_.end() || *next_rule != first + columns_.size()) continue;
            out += line;
            out += '\n';
            ++next_rule;
        }
        return out;
    }

private:
    static std::size_t width_of(const std::vector<std::size_t>& widths) {
        std::size_t total = gap.size() * (widths.size() - 1);
        for (const std::size_t each : widths) total += each;
        return total;
    }

    [[gnu::cold]] std::vector<std::size_t> column_widths() const {
        std::vector<std::size_t> widths(columns_.size());
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            std::size_t& width = widths[i % columns_.size()];
            width = std::max(width, text_width(cells_[i]));
        }
        for (std::size_t total = width_of(widths); total > max_width; --total) {
            // Text gives way, the longest first; numbers never do.
            std::size_t widest = widths.size();
            for (std::size_t i = 0; i < widths.size(); ++i)
                if (columns_[i].side == align::left && (widest == widths.size() || widths[i] > widths[widest]))
                    widest = i;
            if (widest == widths.size() || widths[widest] <= 4) break;
            --widths[widest];
        }
        return widths;
    }

    [[gnu::cold]] std::string row(const std::string* cells, const std::vector<std::size_t>& widths) const {
        std::string line;
        const auto pad = [&](std::size_t count) {
            while (count-- > 0) line += ' ';
        };
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string cell = fitted(cells[i], widths[i]);
            const std::size_t padding = widths[i] - text_width(cell);
            if (i > 0) line += gap;
            if (columns_[i].side == align::right) pad(padding);
            line += cell;
            if (columns_[i].side == align::left) pad(padding);
        }
        while (!line.empty() && line.back() == ' ') line.pop_back();
        line += '\n';
        return line;
    }

    std::span<const column> columns_;
    std::vector<std::string> cells_;  // the titles first
    std::vector<std::size_t> rules_;  // how many cells stand above each
};

}  // namespace espalier::detail
