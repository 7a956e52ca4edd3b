// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    return text + "…";
}

/// 1234567 → 1,234,567
[[gnu::cold]] inline std::string grouped(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t from_end = 3; from_end < text.size(); from_end += 4) text.insert(text.size() - from_end, 1, ',');
    return text;
}

/// Rows of cells with aligned columns: text to the left, numbers to the right, at most 120 columns wide.
class text_table {
public:
    enum class align : unsigned char { left, right };
    struct column {
        std::string title;
        align side;
    };

    static constexpr std::size_t max_width = 120;
    static constexpr std::string_view gap = "  ";

    [[gnu::cold]] explicit text_table(std::vector<column> columns) : columns_(std::move(columns)) {}

    [[gnu::cold]] void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    void rule() { rows_.emplace_back(); }

    [[gnu::cold]] std::string text() const {
        const std::vector<std::size_t> widths = column_widths();
        std::size_t total = gap.size() * (widths.size() - 1);
        for (const std::size_t each : widths) total += each;
        std::string line;
        for (std::size_t i = 0; i < total; ++i) line += "─";
        std::vector<std::string> titles;
        for (const column& each : columns_) titles.push_back(each.title);

        std::string out = row(titles, widths) + line + "\n";
        for (const std::vector<std::string>& each : rows_) out += each.empty() ? line + "\n" : row(each, widths);
        return out;
    }

private:
    [[gnu::cold]] std::vector<std::size_t> column_widths() const {
        std::vector<std::size_t> widths;
        for (const column& each : columns_) widths.push_back(text_width(each.title));
        for (const std::vector<std::string>& row : rows_)
            for (std::size_t i = 0; i < row.size(); ++i)
                if (const std::size_t width = text_width(row[i]); width > widths[i]) widths[i] = width;
        std::size_t total = gap.size() * (widths.size() - 1);
        for (const std::size_t each : widths) total += each;
        for (; total > max_width; --total) {  // text gives way, the longest first; numbers never do
            std::size_t widest = widths.size();
            for (std::size_t i = 0; i < widths.size(); ++i)
                if (columns_[i].side == align::left && (widest == widths.size() || widths[i] > widths[widest]))
                    widest = i;
            if (widest == widths.size() || widths[widest] <= 4) break;
            --widths[widest];
        }
        return widths;
    }

    [[gnu::cold]] std::string row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string cell = fitted(cells[i], widths[i]);
            const std::string padding(widths[i] - text_width(cell), ' ');
            if (i > 0) line += gap;
            line += columns_[i].side == align::left ? cell + padding : padding + cell;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        return line + "\n";
    }

    std::vector<column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace espalier::detail
