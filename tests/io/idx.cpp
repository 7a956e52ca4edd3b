// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <espalier/io/idx.hpp>

#include "files.hpp"
#include "idx_files.hpp"
#include "largest_allocation.hpp"

namespace io = espalier::io;

namespace {

const std::string small = idx_header(0x08, 2u, 2u, 3u) + std::string("\0\1\2\3\4\5\6\7\x08\xf0\xfe\xff", 12);
const xt::xtensor<float, 3> small_values{{{0, 1, 2}, {3, 4, 5}}, {{6, 7, 8}, {240, 254, 255}}};

}  // namespace

TEST_CASE("plain and gzip files are told apart by their bytes, not by their names") {
    const temporary_folder folder;
    write_bytes(folder / "plain.gz", small);
    write_bytes(folder / "gzip.idx", gzipped(small));
    // gzip files may be joined.
    write_bytes(folder / "joined", gzipped(small.substr(0, 9)) + gzipped("") + gzipped(small.substr(9)));
    for (const char* name : {"plain.gz", "gzip.idx", "joined"}) {
        CHECK(io::load_idx<float, 3>(folder / name) == small_values);
        CHECK(io::load_idx<std::uint8_t, 3>(folder / name) == small_values);
    }
    const auto scaled = io::load_idx<float, 3>(folder / "plain.gz", {.factor = 1 / 255.0});
    CHECK(scaled(1, 1, 2) == 1.0f);
    CHECK(scaled(0, 0, 2) == static_cast<float>(2 / 255.0));
}

TEST_CASE("every element type is read") {
    const temporary_folder folder;
    const auto check = [&]<class T>(std::string_view bytes, xt::xtensor<T, 1> expected) {
        write_bytes(folder / "f", bytes);
        CHECK(io::load_idx<T, 1>(folder / "f") == expected);
    };
    check(idx_header(0x09, 2u) + "\xff\x7f", xt::xtensor<std::int8_t, 1>{-1, 127});
    check(idx_header(0x0b, 2u) + big_endian(0xfffe, 2) + big_endian(258, 2), xt::xtensor<std::int16_t, 1>{-2, 258});
    check(idx_header(0x0c, 1u) + big_endian(66051, 4), xt::xtensor<std::int32_t, 1>{66051});
    check(idx_header(0x0d, 2u) + big_endian(0x3fc00000, 4) + big_endian(0xc0000000, 4),
          xt::xtensor<float, 1>{1.5f, -2});
    check(idx_header(0x0e, 1u) + big_endian(0x3ff8000000000000, 8), xt::xtensor<double, 1>{1.5});
    write_bytes(folder / "f", idx_header(0x08) + "\x05");
    CHECK(io::load_idx<float, 0>(folder / "f")() == 5);
    check(idx_header(0x08, 0u), xt::xtensor<double, 1>(std::array<std::size_t, 1>{0}));
}

TEST_CASE("a plain file cut short at any length is refused, and says where") {
    const temporary_folder folder;
    const auto path = folder / "cut";
    const auto load = [&] { io::load_idx<float, 3>(path); };
    for (std::size_t size = 0; size < small.size(); ++size) {
        CAPTURE(size);
        write_bytes(path, small.substr(0, size));
        if (size < 4) {
            check_error(load, path, io::byte_offset{0}, "4 bytes of IDX magic",
                        std::to_string(size) + " bytes before the end of the data");
        } else if (size < 16) {
            check_error(load, path, io::byte_offset{size / 4 * 4}, "4 bytes of IDX extents",
                        std::to_string(size % 4) + " bytes before the end of the data");
        } else {
            check_error(load, path, io::byte_offset{16}, "12 bytes of data", std::to_string(size - 16));
        }
    }
    write_bytes(path, small + '\0');
    check_error(load, path, io::byte_offset{28}, "the end of the data", "surplus bytes");
}

TEST_CASE("a gzip file cut short at any length is refused") {
    const temporary_folder folder;
    const auto path = folder / "cut.gz";
    const auto load = [&] { io::load_idx<float, 3>(path); };
    const std::string whole = gzipped(small);
    for (std::size_t size = 2; size < whole.size(); ++size) {
        CAPTURE(size);
        write_bytes(path, whole.substr(0, size));
        check_error(load, path, io::byte_offset{size}, "more gzip data", "the end of the file");
    }
    for (const std::string& surplus :
         {std::string("x"), std::string(1, '\0'), whole.substr(0, 1), whole.substr(0, 10)}) {
        write_bytes(path, whole + surplus);
        const auto failure = error_of(load, path);
        REQUIRE(failure);
        CHECK(byte_of(*failure) >= whole.size());
    }
    write_bytes(path, whole + whole);
    check_error(load, path, io::byte_offset{28, true}, "the end of the data", "surplus bytes");
    write_bytes(path, gzipped(small.substr(0, 20)));
    check_error(load, path, io::byte_offset{16, true}, "12 bytes of data", "4");
}

TEST_CASE("every other value of every header byte is refused, but for the one that names another type") {
    const temporary_folder folder;
    largest_allocation = 0;
    with_each_other_byte(folder / "f", small, 16, [&](std::size_t at, char value) {
        const auto failure = error_of([&] { io::load_idx<float, 3>(folder / "f"); }, folder / "f");
        if (at == 2 && value == 0x09) {
            CHECK_FALSE(failure);
            return;
        }
        REQUIRE(failure);
        if (at < 2) {
            CHECK(byte_of(*failure) == 0);
        } else if (at == 3) {
            CHECK(byte_of(*failure) == 3);
            CHECK(failure->expected() == "rank 3");
        } else {
            CHECK(byte_of(*failure) <= 28);
        }
    });
    CHECK(largest_allocation < 200000);
}

TEST_CASE("every other value of every byte of a gzip file is refused or changes nothing") {
    const temporary_folder folder;
    const std::string whole = gzipped(small);
    with_each_other_byte(folder / "f", whole, whole.size(), [&](std::size_t at, char) {
        xt::xtensor<float, 3> values;
        const auto failure = error_of([&] { values = io::load_idx<float, 3>(folder / "f"); }, folder / "f");
        if (failure) return;
        CAPTURE(at);
        // Flags, time, level and system are notes on the side; the last byte before the checksums has spare bits.
        CHECK(((at >= 3 && at < 10) || at == whole.size() - 9));
        CHECK(values == small_values);
    });
}

TEST_CASE("damaged gzip data are named so") {
    const temporary_folder folder;
    std::string bytes = gzipped(small);
    bytes[bytes.size() - 8] = static_cast<char>(bytes[bytes.size() - 8] ^ 1);
    write_bytes(folder / "f", bytes);
    const auto failure = error_of([&] { io::load_idx<float, 3>(folder / "f"); }, folder / "f");
    REQUIRE(failure);
    CHECK(failure->expected() == "sound gzip data");
    CHECK(failure->found() == "incorrect data check");
}

TEST_CASE("another type or rank than asked for is refused") {
    const temporary_folder folder;
    const auto path = folder / "f";
    write_bytes(path, small);
    check_error([&] { io::load_idx<float, 1>(path); }, path, io::byte_offset{3}, "rank 1", "rank 3");
    check_error([&] { io::load_idx<bool, 3>(path); }, path, io::byte_offset{2}, "an IDX type that can be read as b1",
                "u1");
    check_error([&] { io::load_idx<std::int8_t, 3>(path); }, path, io::byte_offset{16 + 9}, "a value that i1 can hold",
                "another u1");
    write_bytes(path, idx_header(0x0d, 1u) + big_endian(0x3fc00000, 4));
    check_error([&] { io::load_idx<std::int32_t, 1>(path); }, path, io::byte_offset{2},
                "an IDX type that can be read as i4", "f4");
    write_bytes(path, idx_header(0x07, 1u) + "x");
    check_error([&] { io::load_idx<float, 1>(path); }, path, io::byte_offset{2}, "an IDX type that can be read as f4",
                "type code 7");
}

TEST_CASE("NaN and infinity are refused with their place unless they are asked for") {
    const temporary_folder folder;
    const auto path = folder / "f";
    const io::idx_options any{.allow_non_finite = true};
    const std::string one = big_endian(0x3f800000, 4);
    for (const auto& [bits, found] : {std::pair{0x7fc00000u, "nan"}, {0x7f800000u, "inf"}, {0xff800000u, "-inf"}}) {
        for (const bool gzip : {false, true}) {
            for (const std::size_t at : {0u, 1u, 2u}) {
                std::string bytes = idx_header(0x0d, 3u) + one + one + one;
                bytes.replace(8 + 4 * at, 4, big_endian(bits, 4));
                write_bytes(path, gzip ? gzipped(bytes) : bytes);
                const io::byte_offset place{8 + 4 * at, gzip};
                check_error([&] { io::load_idx<float, 1>(path); }, path, place, "a finite number", found);
                check_error([&] { io::load_idx<double, 1>(path, {.factor = 2}); }, path, place, "a finite number",
                            found);
                const auto values = io::load_idx<float, 1>(path, any);
                for (std::size_t i = 0; i < 3; ++i) CHECK(std::isfinite(values(i)) == (i != at));
            }
        }
    }
    write_bytes(path, idx_header(0x0e, 2u) + big_endian(0x3ff0000000000000, 8) + big_endian(0x7ff8000000000000, 8));
    check_error([&] { io::load_idx<float, 1>(path); }, path, io::byte_offset{16}, "a finite number", "nan");

    write_bytes(path, idx_header(0x0d, 2u) + one + big_endian(0x7f000000, 4));
    check_error([&] { io::load_idx<float, 1>(path, {.factor = 4}); }, path, io::byte_offset{12},
                "a number that is finite after the factor", "inf");
}

TEST_CASE("hostile extents and a gzip bomb cost no memory") {
    const temporary_folder folder;
    const auto path = folder / "f";
    const auto load = [&] { io::load_idx<double, 3>(path); };
    constexpr auto most = 0xffffffffu;
    const std::string bomb = gzipped(small + std::string(64 << 20, '\0'));
    const std::string overflow = idx_header(0x08, most, most, most);
    const std::string claim = idx_header(0x0e, most, most / 64, 1u);
    for (const bool gzip : {false, true}) {
        largest_allocation = 0;
        write_bytes(path, gzip ? gzipped(overflow) : overflow);
        check_error(load, path, io::byte_offset{4, gzip}, "extents that memory can hold",
                    "(4294967295, 4294967295, 4294967295)");
        CHECK(largest_allocation < 200000);
    }
    for (const bool gzip : {false, true}) {
        largest_allocation = 0;
        write_bytes(path, gzip ? gzipped(claim + "0123456789") : claim + "0123456789");
        check_error(load, path, io::byte_offset{16, gzip}, "2305842974317084680 bytes of data", "10");
        CHECK(largest_allocation < 200000);
    }
    write_bytes(path, bomb);
    largest_allocation = 0;
    check_error(load, path, io::byte_offset{28, true}, "the end of the data", "surplus bytes");
    CHECK(largest_allocation < 200000);
}

TEST_CASE("MNIST is read") {
    const char* data = std::getenv("ESPALIER_DATA");
    const std::filesystem::path folder = std::filesystem::path(data != nullptr ? data : "") / "mnist-10k";
    if (data == nullptr || !std::filesystem::exists(folder)) {
        MESSAGE("skipped: ESPALIER_DATA names no folder that holds mnist-10k/");
        return;
    }
    for (const auto& [part, rows] : {std::pair<std::string, std::size_t>{"train", 8000}, {"test", 1000}}) {
        const auto images = io::load_idx<float, 3>(folder / (part + "-images-idx3-ubyte.gz"), {.factor = 1 / 255.0});
        const auto labels = io::load_idx<std::int32_t, 1>(folder / (part + "-labels-idx1-ubyte.gz"));
        CHECK(images.shape() == std::array<std::size_t, 3>{rows, 28, 28});
        CHECK(labels.shape() == std::array<std::size_t, 1>{rows});
        CHECK(*std::max_element(images.begin(), images.end()) == 1.0f);
        CHECK(*std::min_element(images.begin(), images.end()) == 0.0f);
        CHECK(*std::max_element(labels.begin(), labels.end()) == 9);
        CHECK(*std::min_element(labels.begin(), labels.end()) == 0);
    }
}
