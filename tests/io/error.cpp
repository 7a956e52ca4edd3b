// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include <espalier/io/error.hpp>

namespace io = espalier::io;

TEST_CASE("an error names file, place, expected and found") {
    const io::error byte("a.npy", io::byte_offset{61}, "rank 2", "rank 3");
    CHECK(std::string(byte.what()) == "a.npy: byte 61: expected rank 2, found rank 3");
    CHECK(byte.file() == "a.npy");
    CHECK(byte.where() == io::position{io::byte_offset{61}});
    CHECK(byte.expected() == "rank 2");
    CHECK(byte.found() == "rank 3");

    const io::error inflated("a.gz", io::byte_offset{61, true}, "rank 2", "rank 3");
    CHECK(std::string(inflated.what()) == "a.gz: byte 61 of the inflated data: expected rank 2, found rank 3");
    CHECK(inflated.where() != io::position{io::byte_offset{61}});

    const io::error cell("t.csv", io::line_column{3, 7}, "a number", "'x'");
    CHECK(std::string(cell.what()) == "t.csv:3:7: expected a number, found 'x'");
    CHECK(cell.where() == io::position{io::line_column{3, 7}});

    const io::error tensor("w.bin", io::tensor_name{"layer 2 (dense), weight"}, "(3, 4)", "(4, 3)");
    CHECK(std::string(tensor.what()) == "w.bin: layer 2 (dense), weight: expected (3, 4), found (4, 3)");
}

TEST_CASE("bytes of a file are quoted so that a terminal can show them") {
    CHECK(io::quoted("abc") == "'abc'");
    CHECK(io::quoted({"\x93N\0\x7f", 4}) == "'\\x93N\\x00\\x7f'");
    CHECK(io::quoted(std::string(41, 'a')) == "'" + std::string(40, 'a') + "...'");
}
