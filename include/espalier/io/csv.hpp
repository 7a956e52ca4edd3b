// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <espalier/io/element.hpp>
#include <espalier/io/error.hpp>
#include <espalier/io/file.hpp>
#include <xtensor/xtensor.hpp>

namespace espalier::io {

struct csv_options {
    char delimiter = ',';
    std::size_t skip_lines = 0;     ///< lines before the numbers: headings
    char comment = '#';             ///< a line that starts with it is skipped; '\0': none is
    bool allow_non_finite = false;  ///< "nan" and "inf" are numbers
};

struct csv_layout {
    char delimiter = ',';
    std::string heading = {};  ///< first line, without its newline; none if empty
};

namespace detail {

/// Bool reads ambiguously from text, so tables are of numbers only.
template <class T>
concept CsvNumber = Element<T> && !std::same_as<T, bool>;

/// One cell as a number; std::errc{} only if all of it is one. No locale, no hexadecimal.
template <CsvNumber T>
std::errc parse_number(std::string_view cell, T& value) {
    if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-' && cell[1] != '+') cell.remove_prefix(1);
    const char* const end = cell.data() + cell.size();
    auto [stop, failure] = std::from_chars(cell.data(), end, value);
    if constexpr (std::same_as<T, float>) {
        // Below the smallest float lies a number that rounds to zero; above the largest, none that rounds to it.
        double wide = 0;
        if (failure == std::errc::result_out_of_range && std::from_chars(cell.data(), end, wide).ec == std::errc{} &&
            std::abs(wide) < 1) {
            value = static_cast<float>(wide);
            failure = std::errc{};
        }
    }
    return failure == std::errc{} && stop != end ? std::errc::invalid_argument : failure;
}

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// The text without its blanks at both ends, and without a delimiter being taken for one.
inline std::string_view trimmed(std::string_view text, char delimiter) {
    const auto blank = [&](char c) { return is_blank(c) && c != delimiter; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Walks a text line by line and collects its numbers, all rows of one width.
template <CsvNumber T>
class csv_parser {
public:
    csv_parser(const std::string& name, std::string_view text, const csv_options& options)
        : name_(name), text_(text), options_(options) {}

    void parse() {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);  // the byte order mark of spreadsheets
        while (!text_.empty()) {
            const std::size_t end = std::min(text_.find('\n'), text_.size());
            std::string_view row = text_.substr(0, end);
            text_.remove_prefix(std::min(end + 1, text_.size()));
            if (row.ends_with('\r')) row.remove_suffix(1);
            ++line_;
            if (line_ > options_.skip_lines && !is_skipped(row)) parse_row(row);
        }
        if (rows == 0) fail(line_ + 1, 1, "a row of numbers", "the end of the file");
    }

    std::vector<T> values;
    std::size_t rows = 0;
    std::size_t columns = 0;

private:
    [[noreturn]] void fail(std::size_t line, std::size_t column, std::string_view expected,
                           std::string_view found) const {
        throw error(name_, line_column{line, column}, expected, found);
    }

    bool is_skipped(std::string_view row) const {
        while (!row.empty() && is_blank(row.front())) row.remove_prefix(1);
        return row.empty() || (options_.comment != '\0' && row.front() == options_.comment);
    }

    void parse_row(std::string_view row) {
        std::size_t cells = 0;
        for (std::size_t from = 0; from <= row.size(); ++cells) {
            const std::size_t end = std::min(row.find(options_.delimiter, from), row.size());
            if (rows > 0 && cells == columns) fail(line_, from + 1, width_text(), "another one");
            parse_cell(row, from, end);
            from = end + 1;
        }
        if (rows == 0) {
            columns = cells;
            first_line_ = line_;
        } else if (cells < columns) {
            fail(line_, row.size() + 1, width_text(), "the end of the line after " + std::to_string(cells));
        }
        ++rows;
    }

    std::string width_text() const {
        return std::to_string(columns) + " cells as in line " + std::to_string(first_line_);
    }

    void parse_cell(std::string_view row, std::size_t from, std::size_t end) {
        const std::string_view cell = trimmed(row.substr(from, end - from), options_.delimiter);
        const std::size_t column = (cell.empty() ? from : static_cast<std::size_t>(cell.data() - row.data())) + 1;
        T value{};
        const std::errc failure = cell.empty() ? std::errc::invalid_argument : parse_number(cell, value);
        if (failure == std::errc::result_out_of_range) {
            fail(line_, column, "a number in the range of " + std::string(name_of(element_of<T>)), quoted(cell));
        } else if (failure != std::errc{}) {
            fail(line_, column, std::floating_point<T> ? "a number" : "an integer",
                 cell.empty() ? "an empty cell" : quoted(cell));
        }
        if constexpr (std::floating_point<T>) {
            if (!options_.allow_non_finite && !std::isfinite(value))
                fail(line_, column, "a finite number", quoted(cell));
        }
        values.push_back(value);
    }

    const std::string& name_;
    std::string_view text_;
    const csv_options& options_;
    std::size_t line_ = 0;
    std::size_t first_line_ = 0;
};

}  // namespace detail

/// The numbers of a text table as [rows][columns]. LF or CRLF; blank lines are skipped. Ragged rows, empty cells,
/// quotes, anything that is not wholly a number in T's range, and a table without rows are an io::error with line
/// and column (counted from 1, in bytes).
template <detail::CsvNumber T>
xt::xtensor<T, 2> load_csv(const std::filesystem::path& path, const csv_options& options = {}) {
    input_file file(path);
    std::string text(static_cast<std::size_t>(file.size()), '\0');
    file.read(text.data(), text.size(), "text");
    detail::csv_parser<T> parser(file.name(), text, options);
    parser.parse();
    xt::xtensor<T, 2> table(std::array<std::size_t, 2>{parser.rows, parser.columns});
    std::copy(parser.values.begin(), parser.values.end(), table.data());
    return table;
}

/// Writes a two-dimensional xtensor expression as text: the fewest digits that read back to the same bits.
/// The file appears only when it is complete; throws std::invalid_argument for another rank, io::error for the rest.
template <class Expression>
    requires detail::CsvNumber<typename Expression::value_type>
void save_csv(const std::filesystem::path& path, const xt::xexpression<Expression>& expression,
              const csv_layout& layout = {}) {
    const Expression& table = expression.derived_cast();
    if (table.dimension() != 2) throw std::invalid_argument("save_csv: a table has two dimensions");
    output_file file(path);
    if (!layout.heading.empty()) file.write(layout.heading + '\n');
    const auto rows = static_cast<std::size_t>(table.shape()[0]);
    const auto columns = static_cast<std::size_t>(table.shape()[1]);
    std::string line;
    std::array<char, 32> digits;
    for (std::size_t row = 0; row < rows; ++row) {
        line.clear();
        for (std::size_t column = 0; column < columns; ++column) {
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), table(row, column)).ptr;
            if (column > 0) line += layout.delimiter;
            line.append(digits.data(), end);
        }
        file.write(line += '\n');
    }
    file.commit();
}

}  // namespace espalier::io
