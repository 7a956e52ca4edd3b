// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <type_traits>

#include <espalier/io/npy.hpp>
#include <xtensor/xbuilder.hpp>

#include "../folders.hpp"
#include "npy_files.hpp"

namespace io = espalier::io;

namespace {

const std::filesystem::path reference = in_tests("reference/npy");

template <class T>
void check_reference(const char* name) {
    CAPTURE(name);
    const auto values = io::load_npy<T, 2>(reference / (std::string(name) + ".npy"));
    REQUIRE(values.shape(0) == 2);
    REQUIRE(values.shape(1) == 3);
    for (std::size_t k = 0; k < 6; ++k) {
        const int expected = name[0] == 'b'   ? static_cast<int>(k % 2)
                             : name[0] == 'u' ? static_cast<int>(k)
                                              : 7 * static_cast<int>(k) - 3;
        CHECK(values(k / 3, k % 3) == static_cast<T>(expected));
    }
}

}  // namespace

TEST_CASE("what NumPy wrote is read, of every dtype") {
    for (const char* name : {"b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"}) {
        check_reference<float>(name);
        check_reference<double>(name);
    }
    for (const char* name : {"b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"}) {
        check_reference<std::int8_t>(name);
        check_reference<std::int64_t>(name);
    }
    check_reference<bool>("b1");
}

TEST_CASE("Fortran order, formats 2.0 and 3.0, scalars and empty arrays are read") {
    for (const char* name : {"fortran.npy", "format2.npy", "format3.npy"}) {
        const auto cube = io::load_npy<float, 3>(reference / name);
        REQUIRE(cube.shape() == std::array<std::size_t, 3>{2, 3, 4});
        for (std::size_t k = 0; k < 24; ++k) CHECK(cube(k / 12, k / 4 % 3, k % 4) == 7 * static_cast<float>(k) - 3);
    }
    CHECK(io::load_npy<double, 0>(reference / "scalar.npy")() == -3);
    CHECK(io::load_npy<float, 2>(reference / "empty.npy").shape() == std::array<std::size_t, 2>{0, 3});
}

TEST_CASE("Fortran order holds beyond one chunk") {
    const temporary_folder folder;
    constexpr std::size_t rows = 123, columns = 457;
    std::string payload;
    for (std::uint32_t k = 0; k < rows * columns; ++k) {
        for (int byte = 0; byte < 4; ++byte) payload += static_cast<char>(k >> (8 * byte) & 0xff);
    }
    write_bytes(folder / "f", npy_bytes("{'descr': '<u4', 'fortran_order': True, 'shape': (123, 457)}", payload));
    const auto values = io::load_npy<double, 2>(folder / "f");
    double worst = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            worst = std::max(worst, std::abs(values(row, column) - static_cast<double>(column * rows + row)));
        }
    }
    CHECK(worst == 0);
}

TEST_CASE("what is saved is loaded, bit for bit") {
    const temporary_folder folder;
    const auto round_trip = [&](const auto& values) {
        io::save_npy(folder / "f", values);
        using T = typename std::decay_t<decltype(values)>::value_type;
        return io::load_npy<T, std::decay_t<decltype(values)>::rank>(folder / "f") == values;
    };
    CHECK(round_trip(xt::xtensor<bool, 1>{true, false}));
    CHECK(round_trip(xt::xtensor<std::int8_t, 1>{-128, 127}));
    CHECK(round_trip(xt::xtensor<std::uint64_t, 1>{0, ~std::uint64_t{0}}));
    CHECK(round_trip(xt::xtensor<double, 2>{{0.1, -1e308}, {5e-324, 1e308}}));
    CHECK(round_trip(xt::xtensor<float, 3>(std::array<std::size_t, 3>{50, 0, 4})));
    xt::xtensor<std::int32_t, 2> large(std::array<std::size_t, 2>{300, 401});
    for (std::size_t i = 0; i < large.size(); ++i) large.data()[i] = static_cast<std::int32_t>(i * 2654435761u);
    CHECK(round_trip(large));

    // An expression, and an array that lies in columns.
    xt::xtensor<float, 2, xt::layout_type::column_major> columns{{1, 2, 3}, {4, 5, 6}};
    io::save_npy(folder / "f", columns * 2.0f);
    CHECK(io::load_npy<float, 2>(folder / "f") == xt::xtensor<float, 2>{{2, 4, 6}, {8, 10, 12}});
    CHECK(read_bytes(folder / "f").size() % 64 == 24);
}

TEST_CASE("NumPy reads what is saved") {
    if (std::system("/usr/bin/python3 -c 'import numpy' >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: no NumPy here");
        return;
    }
    const temporary_folder folder;
    io::save_npy(folder / "a.npy", xt::xtensor<float, 2>{{1.5f, 2, 3}, {4, 5, -6}});
    io::save_npy(folder / "b.npy", xt::xtensor<std::uint8_t, 1>{0, 255});
    io::save_npy(folder / "c.npy", xt::xtensor<double, 0>{0.1});
    write_bytes(folder / "check.py",
                "import numpy as n, sys\n"
                "a, b, c = (n.load(sys.argv[1] + '/' + x + '.npy') for x in 'abc')\n"
                "assert a.dtype == n.float32 and (a == [[1.5, 2, 3], [4, 5, -6]]).all()\n"
                "assert b.dtype == n.uint8 and (b == [0, 255]).all()\n"
                "assert c.dtype == n.float64 and c.shape == () and c == 0.1\n");
    const std::string command =
        "/usr/bin/python3 '" + (folder / "check.py").string() + "' '" + (folder / "").string() + "'";
    CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("keys may come in any order and either quotes, as Python reads them") {
    const temporary_folder folder;
    write_bytes(folder / "f", npy_bytes("{\"shape\":(1,),'fortran_order':True,'descr':'<u1'}", "\x07"));
    CHECK(io::load_npy<float, 1>(folder / "f")(0) == 7);
}
