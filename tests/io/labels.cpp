// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include <espalier/io/labels.hpp>

#include "../folders.hpp"
#include "files.hpp"
#include "idx_files.hpp"
#include "largest_allocation.hpp"

namespace io = espalier::io;

namespace {

using labels = xt::xtensor<std::int32_t, 1>;

/// Three labels of which the one at `at` is wrong are refused at its byte; `write` stores what it is given.
template <class T, class Write>
void check_each_place(const std::filesystem::path& path, Write&& write, T bad, std::uint64_t start, bool gzip = false) {
    for (const std::size_t at : {0u, 1u, 2u}) {
        xt::xtensor<T, 1> values{9, 0, 9};
        values(at) = bad;
        write(values);
        check_error([&] { io::load_labels(path, 10); }, path, io::byte_offset{start + at * sizeof(T), gzip},
                    "a label from 0 to 9", std::to_string(bad));
    }
}

/// What IDX stores of those values, under that type code.
template <class T>
std::string idx_bytes(int type, const xt::xtensor<T, 1>& values) {
    std::string bytes = idx_header(type, values.size());
    for (const T value : values) bytes += big_endian(static_cast<std::uint64_t>(value), sizeof(T));
    return bytes;
}

}  // namespace

TEST_CASE("npy labels of every integer type are read and checked, one by one") {
    const temporary_folder folder;
    const auto path = folder / "labels.idx";  // the name does not matter
    const auto check = [&]<class T>(T bad) {
        const auto write = [&](const xt::xtensor<T, 1>& values) { io::save_npy(path, values); };
        write({0, 9, 3});
        CHECK(io::load_labels(path, 10) == labels{0, 9, 3});
        check_each_place(path, write, bad, 128);
        check_each_place(path, write, T{10}, 128);
        check_each_place(path, write, std::numeric_limits<T>::max(), 128);
        if constexpr (std::numeric_limits<T>::is_signed) {
            check_each_place(path, write, static_cast<T>(-1), 128);
            check_each_place(path, write, std::numeric_limits<T>::min(), 128);
        }
    };
    check(std::int8_t{11});
    check(std::uint8_t{11});
    check(std::int16_t{256});
    check(std::uint16_t{256});
    check(std::int32_t{65536});
    check(std::uint32_t{65536});
    check(std::int64_t{1} << 32);
    check(std::uint64_t{1} << 32);
}

TEST_CASE("bool labels are 0 and 1, and no other byte") {
    const temporary_folder folder;
    const auto path = folder / "f.npy";
    io::save_npy(path, xt::xtensor<bool, 1>{true, false, true});
    CHECK(io::load_labels(path, 2) == labels{1, 0, 1});
    CHECK(io::load_labels(path, 10) == labels{1, 0, 1});
    check_error([&] { io::load_labels(path, 1); }, path, io::byte_offset{128}, "a label from 0 to 0", "1");
    std::string bytes = read_bytes(path);
    bytes.back() = '\2';
    write_bytes(path, bytes);
    check_error([&] { io::load_labels(path, 10); }, path, io::byte_offset{130}, "a label from 0 to 1", "2");
}

TEST_CASE("IDX labels of every integer type, plain and gzip, are read and checked, one by one") {
    const temporary_folder folder;
    const auto path = folder / "labels.npy";
    for (const bool gzip : {false, true}) {
        const auto check = [&]<class T>(int type, T bad) {
            const auto write = [&](const xt::xtensor<T, 1>& values) {
                const std::string bytes = idx_bytes(type, values);
                write_bytes(path, gzip ? gzipped(bytes) : bytes);
            };
            write({0, 9, 3});
            CHECK(io::load_labels(path, 10) == labels{0, 9, 3});
            check_each_place(path, write, bad, 8, gzip);
            check_each_place(path, write, std::numeric_limits<T>::max(), 8, gzip);
            if constexpr (std::numeric_limits<T>::is_signed) check_each_place(path, write, static_cast<T>(-1), 8, gzip);
        };
        check(0x08, std::uint8_t{11});
        check(0x09, std::int8_t{11});
        check(0x0b, std::int16_t{256});
        check(0x0c, std::int32_t{65536});
    }
}

TEST_CASE("the message names file, place, range and label") {
    const temporary_folder folder;
    const auto message = [&](std::string_view bytes) {
        write_bytes(folder / "f", bytes);
        const auto failure = error_of([&] { io::load_labels(folder / "f", 10); }, folder / "f");
        return failure ? std::string(failure->what()) : "";
    };
    const std::string bytes = idx_bytes(0x08, xt::xtensor<std::uint8_t, 1>{1, 11});
    const std::string name = (folder / "f").string();
    CHECK(message(bytes) == name + ": byte 9: expected a label from 0 to 9, found 11");
    CHECK(message(gzipped(bytes)) == name + ": byte 9 of the inflated data: expected a label from 0 to 9, found 11");
}

TEST_CASE("the number of classes has its limits") {
    const temporary_folder folder;
    io::save_npy(folder / "f", xt::xtensor<std::uint32_t, 1>{2147483646, 2147483647});
    check_error([&] { io::load_labels(folder / "f", 2147483647); }, folder / "f", io::byte_offset{132},
                "a label from 0 to 2147483646", "2147483647");
    io::save_npy(folder / "f", xt::xtensor<std::uint32_t, 1>{2147483646});
    CHECK(io::load_labels(folder / "f", 2147483647) == labels{2147483646});
    CHECK_THROWS_AS(io::load_labels(folder / "f", 0), std::invalid_argument);
    CHECK_THROWS_AS(io::load_labels(folder / "f", std::size_t{1} << 31), std::invalid_argument);
    io::save_npy(folder / "f", labels(std::array<std::size_t, 1>{0}));
    CHECK(io::load_labels(folder / "f", 10).size() == 0);
}

TEST_CASE("what holds no row of integers is refused") {
    const temporary_folder folder;
    const auto path = folder / "f";
    const auto load = [&] { io::load_labels(path, 10); };
    constexpr std::string_view start = "the start of an npy, IDX or gzip file";
    check_error(load, path, io::byte_offset{0}, "a file", "No such file or directory");
    write_bytes(path, "");
    check_error(load, path, io::byte_offset{0}, start, "the end of the file");
    write_bytes(path, "1,2,3\n4,5");
    check_error(load, path, io::byte_offset{0}, start, "'1,2,3\\x0a'");
    write_bytes(path, "\x1f");
    check_error(load, path, io::byte_offset{0}, start, "'\\x1f'");
    io::save_npy(path, xt::xtensor<float, 1>{1, 2});
    check_error(load, path, io::byte_offset{20}, "a dtype that can be read as i4", "f4");
    io::save_npy(path, xt::xtensor<std::uint8_t, 2>{{1}, {2}});
    check_error(load, path, io::byte_offset{60}, "rank 1", "rank 2, shape (2, 1)");
    write_bytes(path, gzipped(read_bytes(path)));
    check_error(load, path, io::byte_offset{0, true}, "the IDX magic: two zero bytes, a type and a rank", "'\\x93NUM'");
    write_bytes(path, idx_header(0x0d, 1u) + big_endian(0x3f800000, 4));
    check_error(load, path, io::byte_offset{2}, "an IDX type that can be read as i4", "f4");
    write_bytes(path, idx_header(0x08, 1u, 1u) + "\1");
    check_error(load, path, io::byte_offset{3}, "rank 1", "rank 2");
}

TEST_CASE("labels cut short at any length are refused, whatever their header claims") {
    const temporary_folder folder;
    const auto path = folder / "f";
    io::save_npy(path, xt::xtensor<std::int16_t, 1>{1, 2, 3});
    const std::string npy = read_bytes(path);
    const std::string idx = idx_bytes(0x0b, xt::xtensor<std::int16_t, 1>{1, 2, 3});
    for (const std::string& whole : {npy, idx, gzipped(idx)}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            write_bytes(path, std::string_view(whole).substr(0, size));
            CHECK(error_of([&] { io::load_labels(path, 10); }, path));
        }
        write_bytes(path, whole + '\0');
        CHECK(error_of([&] { io::load_labels(path, 10); }, path));
    }
    const std::string claim = idx_header(0x0c, 0xffffffffu) + "0123";
    for (const bool gzip : {false, true}) {
        largest_allocation = 0;
        write_bytes(path, gzip ? gzipped(claim) : claim);
        check_error([&] { io::load_labels(path, 10); }, path, io::byte_offset{8, gzip}, "17179869180 bytes of data",
                    "4");
        CHECK(largest_allocation < 200000);
    }
}

TEST_CASE("the labels of the digits are from 0 to 9") {
    const auto path = std::filesystem::path(in_examples("data/digits-train-labels.npy"));
    const auto digits = io::load_labels(path, 10);
    CHECK(digits == io::load_npy<std::int32_t, 1>(path));
    CHECK(digits.size() == 1437);
    const auto failure = error_of([&] { io::load_labels(path, 9); }, path);
    REQUIRE(failure);
    CHECK(failure->found() == "9");
}
