// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include <espalier/io/csv.hpp>

#include "files.hpp"

namespace io = espalier::io;

namespace {

template <class T>
xt::xtensor<T, 2> parsed(std::string_view text, const io::csv_options& options = {}) {
    const temporary_folder folder;
    write_bytes(folder / "t.csv", text);
    return io::load_csv<T>(folder / "t.csv", options);
}

template <class T = double>
void check_refused(std::string_view text, io::line_column where, std::string_view expected, std::string_view found,
                   const io::csv_options& options = {}) {
    CAPTURE(text);
    const temporary_folder folder;
    write_bytes(folder / "t.csv", text);
    check_error([&] { io::load_csv<T>(folder / "t.csv", options); }, folder / "t.csv", where, expected, found);
}

const xt::xtensor<double, 2> two_by_two{{1, -2.5}, {3e2, 0.25}};

}  // namespace

TEST_CASE("tables are read whatever their line ends, blanks, comments and headings") {
    CHECK(parsed<double>("1,-2.5\n3e2,.25\n") == two_by_two);
    CHECK(parsed<double>("1,-2.5\r\n3e2,.25") == two_by_two);
    CHECK(parsed<double>("\xef\xbb\xbf\n \t\n+1 , -2.5\n\r\n# note\n  # 1,2\n3E+2,\t0.25\n\n") == two_by_two);
    CHECK(parsed<double>("a,b\n\n1;-2.5\n300;0.25\n", {.delimiter = ';', .skip_lines = 2}) == two_by_two);
    CHECK(parsed<double>("1\t-2.5\n300\t0.25\n", {.delimiter = '\t'}) == two_by_two);
    CHECK(parsed<double>("% x\n1 -2.5\n300 0.25\n", {.delimiter = ' ', .comment = '%'}) == two_by_two);
    CHECK(parsed<std::uint8_t>("0,255") == xt::xtensor<std::uint8_t, 2>{{0, 255}});
    CHECK(parsed<float>("1e-50,-1e-50,1e-40") == xt::xtensor<float, 2>{{0, 0, 1e-40f}});
}

TEST_CASE("what is not a table of numbers is refused with line and column") {
    check_refused("1,2\n3,4,5\n", {2, 5}, "2 cells as in line 1", "another one");
    check_refused("\n1,2\n3\n", {3, 2}, "2 cells as in line 2", "the end of the line after 1");
    check_refused("1,2\n3,\n", {2, 3}, "a number", "an empty cell");
    check_refused("1,,3\n", {1, 3}, "a number", "an empty cell");
    check_refused("1,  \n", {1, 3}, "a number", "an empty cell");
    check_refused(",\n", {1, 1}, "a number", "an empty cell");
    check_refused("1,2\n3, 4x\n", {2, 4}, "a number", "'4x'");
    check_refused("1;2\n", {1, 1}, "a number", "'1;2'");
    check_refused("1,2 # note\n", {1, 3}, "a number", "'2 # note'");
    check_refused("\"1\",2\n", {1, 1}, "a number", "'\"1\"'");
    check_refused("0x10\n", {1, 1}, "a number", "'0x10'");
    check_refused("+-1\n", {1, 1}, "a number", "'+-1'");
    check_refused("+\n", {1, 1}, "a number", "'+'");
    check_refused("1\r2\n", {1, 1}, "a number", "'1\\x0d2'");
    check_refused({"1,\0002\n", 5}, {1, 3}, "a number", "'\\x002'");
    check_refused("#1,2\n", {1, 1}, "a number", "'#1'", {.comment = '\0'});
    check_refused("1,1e999\n", {1, 3}, "a number in the range of f8", "'1e999'");
    check_refused<float>("1e39\n", {1, 1}, "a number in the range of f4", "'1e39'");
    check_refused<std::uint8_t>("255,256\n", {1, 5}, "a number in the range of u1", "'256'");
    check_refused<std::uint8_t>("-1\n", {1, 1}, "an integer", "'-1'");
    check_refused<std::int32_t>("1.0\n", {1, 1}, "an integer", "'1.0'");
    check_refused("", {1, 1}, "a row of numbers", "the end of the file");
    check_refused("a,b\n# 1\n\n", {4, 1}, "a row of numbers", "the end of the file", {.skip_lines = 1});
    check_refused("1\n", {2, 1}, "a row of numbers", "the end of the file", {.skip_lines = 99});
}

TEST_CASE("NaN and infinity are refused unless they are asked for") {
    for (const char* text : {"nan", "-NaN", "inf", "-Infinity", "+inf"}) {
        check_refused("1\n" + std::string(text) + "\n", {2, 1}, "a finite number", io::quoted(text));
        CHECK_FALSE(std::isfinite(parsed<float>(text, {.allow_non_finite = true})(0, 0)));
    }
}

TEST_CASE("a text cut short at any length is refused or a beginning of the table") {
    const temporary_folder folder;
    const std::string whole = "1.5,-22,3\r\n4,5e1,6.25\r\n7,8,9\r\n";
    const auto table = parsed<double>(whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        write_bytes(folder / "t", whole.substr(0, size));
        xt::xtensor<double, 2> part;
        if (error_of([&] { part = io::load_csv<double>(folder / "t"); }, folder / "t")) continue;
        REQUIRE(part.shape(0) <= 3);
        // A text does not say how long it is: in the first row a whole cell may be missing, in any the last digits.
        for (std::size_t i = 0; i + 1 < part.size(); ++i) CHECK(part.data()[i] == table.data()[i]);
        CHECK((part.shape(1) == 3 || part.shape(0) == 1));
    }
}

TEST_CASE("any other byte anywhere gives a table or an error") {
    const temporary_folder folder;
    const std::string whole = "1.5,-22\n4,5e1\n";
    std::size_t refused = 0;
    with_each_other_byte(folder / "t", whole, whole.size(), [&](std::size_t, char) {
        xt::xtensor<double, 2> table;
        const auto failure = error_of([&] { table = io::load_csv<double>(folder / "t"); }, folder / "t");
        if (failure) {
            ++refused;
            CHECK(std::get<io::line_column>(failure->where()).line <= 4);
        } else {
            CHECK(std::all_of(table.begin(), table.end(), [](double v) { return std::isfinite(v); }));
        }
    });
    CHECK(refused > 3000);
}

TEST_CASE("what is saved reads back to the same bits") {
    const temporary_folder folder;
    const auto check = [&]<class T>(const xt::xtensor<T, 2>& table) {
        io::save_csv(folder / "t", table, {.delimiter = ';', .heading = "x;y"});
        CHECK(read_bytes(folder / "t").starts_with("x;y\n"));
        const auto back = io::load_csv<T>(folder / "t", {.delimiter = ';', .skip_lines = 1});
        REQUIRE(back.shape() == table.shape());
        CHECK(std::memcmp(back.data(), table.data(), table.size() * sizeof(T)) == 0);
    };
    using limits = std::numeric_limits<double>;
    check(xt::xtensor<double, 2>{{0.1, 1.0 / 3}, {limits::max(), limits::lowest()}, {limits::denorm_min(), -0.0}});
    check(xt::xtensor<float, 2>{{0.1f, 1.0f / 3}, {3.4028235e38f, 1e-45f}});
    check(xt::xtensor<std::int64_t, 2>{{std::numeric_limits<std::int64_t>::min(), 7}});
    io::save_csv(folder / "t", 2 * two_by_two);
    CHECK(read_bytes(folder / "t") == "2,-5\n600,0.5\n");
    CHECK_THROWS_AS(io::save_csv(folder / "t", xt::xtensor<double, 1>{1}), std::invalid_argument);
    CHECK(read_bytes(folder / "t") == "2,-5\n600,0.5\n");
}
