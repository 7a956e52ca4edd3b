// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include <espalier/io/npy.hpp>
#include <xtensor/xbuilder.hpp>

#include "../folders.hpp"
#include "largest_allocation.hpp"
#include "npy_files.hpp"

namespace io = espalier::io;

namespace {

const std::filesystem::path reference = in_tests("reference/npy");

}  // namespace

TEST_CASE("NaN and infinity are refused with their place unless they are asked for") {
    using limits = std::numeric_limits<double>;
    const temporary_folder folder;
    const auto path = folder / "f.npy";
    const auto check = [&]<class T>(T bad, std::string_view found) {
        constexpr std::size_t size = 20011;  // more than one chunk
        xt::xtensor<T, 1> values = xt::ones<T>({size});
        for (const std::size_t at : {std::size_t{0}, std::size_t{17000}, size - 1}) {
            values(at) = bad;
            io::save_npy(path, values);
            const io::byte_offset place{128 + at * sizeof(T)};
            check_error([&] { io::load_npy<float, 1>(path); }, path, place, "a finite number", found);
            check_error([&] { io::load_npy<double, 1>(path); }, path, place, "a finite number", found);
            const auto back = io::load_npy<T, 1>(path, {.allow_non_finite = true});
            CHECK(std::memcmp(back.data(), values.data(), size * sizeof(T)) == 0);
            values(at) = 1;
        }
    };
    check(limits::quiet_NaN(), "nan");
    check(-limits::quiet_NaN(), "nan");
    check(limits::infinity(), "inf");
    check(-std::numeric_limits<float>::infinity(), "-inf");
    check(std::numeric_limits<float>::quiet_NaN(), "nan");

    // Fortran order: the place is that in the file.
    std::string payload(24, '\0');
    payload.replace(12, 4, {"\0\0\x80\x7f", 4});
    write_bytes(path, npy_bytes("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}", payload));
    check_error([&] { io::load_npy<float, 2>(path); }, path, io::byte_offset{128 + 12}, "a finite number", "inf");
    CHECK(std::isinf(io::load_npy<float, 2>(path, {.allow_non_finite = true})(1, 1)));

    // Whichever fault comes first is named.
    io::save_npy(path, xt::xtensor<double, 1>{1, limits::infinity(), 1e39});
    check_error([&] { io::load_npy<float, 1>(path); }, path, io::byte_offset{128 + 8}, "a finite number", "inf");
    io::save_npy(path, xt::xtensor<double, 1>{1, 1e39, limits::infinity()});
    check_error([&] { io::load_npy<float, 1>(path); }, path, io::byte_offset{128 + 8}, "a value that f4 can hold",
                "another f8");
}

TEST_CASE("a file cut short at any length is refused, and says where") {
    const temporary_folder folder;
    const auto path = folder / "cut.npy";
    for (const char format : {char{1}, char{2}}) {
        const std::string whole = npy_bytes(dictionary("<f4", "(2, 3)"), std::string(24, '\0'), format);
        const std::size_t length_end = format == 1 ? 10 : 12;
        REQUIRE(whole.size() == 152);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            write_bytes(path, whole.substr(0, size));
            const auto load = [&] { io::load_npy<float, 2>(path); };
            const std::string there = std::to_string(size);
            if (size < 8) {
                check_error(load, path, io::byte_offset{0}, "8 bytes of npy magic and version",
                            there + " bytes before the end of the file");
            } else if (size < length_end) {
                check_error(load, path, io::byte_offset{8},
                            std::to_string(length_end - 8) + " bytes of npy header length",
                            std::to_string(size - 8) + " bytes before the end of the file");
            } else if (size < 128) {
                check_error(load, path, io::byte_offset{8},
                            "a header of at most the " + std::to_string(size - length_end) + " bytes that follow",
                            std::to_string(128 - length_end));
            } else {
                check_error(load, path, io::byte_offset{128}, "24 bytes of data for shape (2, 3) of f4",
                            std::to_string(size - 128));
            }
        }
        write_bytes(path, whole + '\0');
        check_error([&] { io::load_npy<float, 2>(path); }, path, io::byte_offset{128},
                    "24 bytes of data for shape (2, 3) of f4", "25");
    }
}

TEST_CASE("every other value of every header byte is refused, but for the three that are right as well") {
    const temporary_folder folder;
    const auto path = folder / "flipped.npy";
    const std::string whole = npy_bytes(dictionary("<f4", "(2, 3)"), std::string(24, '\0'));
    std::string accepted;
    largest_allocation = 0;
    with_each_other_byte(path, whole, 128, [&](std::size_t, char value) {
        const auto failure = error_of([&] { io::load_npy<float, 2>(path); }, path);
        if (failure) {
            CHECK(byte_of(*failure) <= 128);
        } else {
            accepted += value;
        }
    });
    std::sort(accepted.begin(), accepted.end());
    CHECK(io::quoted(accepted) == "' iu'");  // i4, u4, and a space for the comma after the last key
    CHECK(largest_allocation < 200000);
}

TEST_CASE("a wrong or malformed header is refused with its place") {
    const temporary_folder folder;
    const auto path = folder / "bad.npy";
    const auto check = [&](std::string_view bytes, std::uint64_t at, std::string_view expected,
                           std::string_view found) {
        write_bytes(path, bytes);
        check_error([&] { io::load_npy<float, 2>(path); }, path, io::byte_offset{at}, expected, found);
    };
    const auto check_dictionary = [&](std::string_view text, std::uint64_t at, std::string_view expected,
                                      std::string_view found) { check(npy_bytes(text, ""), at, expected, found); };

    check("PK\x03\x04 no array", 0, "the npy magic '\\x93NUMPY'", "'PK\\x03\\x04 n'");
    check("\x93NUMPY\x04" + std::string(9, '\0'), 6, "npy format 1.0, 2.0 or 3.0", "4.0");
    check(std::string("\x93NUMPY\x01\x01", 8) + std::string(9, '\0'), 6, "npy format 1.0, 2.0 or 3.0", "1.1");
    check(std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12), 8, "a header of at most the 0 bytes that follow",
          "4294967295");

    constexpr std::string_view dtypes = "a little-endian dtype (|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f4 <f8)";
    for (const char* dtype : {">f4", "=f4", "f4", "<f2", "<c8", "|O", "<U3", "|f4", "", "<f44"}) {
        check_dictionary(dictionary(dtype, "(2, 3)"), 20, dtypes, io::quoted(dtype));
    }
    check_dictionary("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}", 20, "a plain dtype",
                     "a structured one");
    constexpr std::string_view keys = "the keys 'descr', 'fortran_order' and 'shape', once each";
    check_dictionary("{'descr': '<f4', 'descr': '<f4'}", 27, keys, "'descr'");
    check_dictionary("{'other': 1}", 11, keys, "'other'");
    check_dictionary("{'descr': '<f4'}", 26, "the keys 'descr', 'fortran_order' and 'shape'",
                     "the end of the dictionary");
    check_dictionary("{'fortran_order': 0}", 28, "True or False", "'0}          '");
    check_dictionary("[]", 10, "'{'", "'[]          '");
    check_dictionary(dictionary("<f4", "(2, 3)") + " x", 70, "spaces and a newline that end the header",
                     "'x           '");
    check_dictionary("{'shape': (6)}", 22, "',' after the only extent", "')'");
    check_dictionary("{'shape': (2 3)}", 23, "',' or ')' in the shape", "'3)}         '");
    for (const char* extent : {"-1", "02", "2L", "x", "1e3", "18446744073709551616"}) {
        write_bytes(path, npy_bytes("{'shape': (3, " + std::string(extent) + ")}", ""));
        const auto failure = error_of([&] { io::load_npy<float, 2>(path); }, path);
        REQUIRE(failure);
        CHECK(byte_of(*failure) >= 24);
        CHECK(byte_of(*failure) <= 25);
    }
}

TEST_CASE("another rank or kind than asked for is refused") {
    const auto f4 = reference / "f4.npy";
    const auto u1 = reference / "u1.npy";
    check_error([&] { io::load_npy<float, 3>(f4); }, f4, io::byte_offset{60}, "rank 3", "rank 2, shape (2, 3)");
    check_error([&] { io::load_npy<float, 0>(f4); }, f4, io::byte_offset{60}, "rank 0", "rank 2, shape (2, 3)");
    check_error([&] { io::load_npy<std::int32_t, 2>(f4); }, f4, io::byte_offset{20}, "a dtype that can be read as i4",
                "f4");
    check_error([&] { io::load_npy<bool, 2>(u1); }, u1, io::byte_offset{20}, "a dtype that can be read as b1", "u1");
}

TEST_CASE("a value that does not fit is refused with its place") {
    const temporary_folder folder;
    const auto path = folder / "large.npy";
    io::save_npy(path, xt::xtensor<std::int32_t, 1>{1, 2, 300, 4});
    check_error([&] { io::load_npy<std::uint8_t, 1>(path); }, path, io::byte_offset{128 + 8},
                "a value that u1 can hold", "another i4");
    io::save_npy(path, xt::xtensor<double, 1>{1, 1e39});
    check_error([&] { io::load_npy<float, 1>(path); }, path, io::byte_offset{128 + 8}, "a value that f4 can hold",
                "another f8");
    write_bytes(path, npy_bytes(dictionary("|b1", "(3,)"), {"\0\1\2", 3}));
    check_error([&] { io::load_npy<bool, 1>(path); }, path, io::byte_offset{128 + 2}, "a value that b1 can hold",
                "another b1");
}

TEST_CASE("a hostile shape costs no memory") {
    const temporary_folder folder;
    const auto path = folder / "hostile.npy";
    largest_allocation = 0;
    for (const char* shape : {"(9223372036854775808, 1)", "(4294967296, 4294967296)", "(18446744073709551615, 2)",
                              "(9223372036854775808, 0)", "(0, 9223372036854775808)", "(6148914691236517206, 3)"}) {
        write_bytes(path, npy_bytes(dictionary("<f4", shape), std::string(24, '\0')));
        check_error([&] { io::load_npy<float, 2>(path); }, path, io::byte_offset{60}, "a shape that memory can hold",
                    shape);
    }
    for (const char* shape : {"(1000000000, 1000)", "(2305843009213693951, 1)"}) {
        write_bytes(path, npy_bytes(dictionary("<f4", shape), std::string(24, '\0')));
        const auto failure = error_of([&] { io::load_npy<float, 2>(path); }, path);
        REQUIRE(failure);
        CHECK(failure->found() == "24");
    }
    CHECK(largest_allocation < 200000);
}
