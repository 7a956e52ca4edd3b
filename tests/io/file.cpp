// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>

#include <espalier/io/file.hpp>

#include "files.hpp"

namespace io = espalier::io;

TEST_CASE("a file is read to its end and not beyond") {
    const temporary_folder folder;
    write_bytes(folder / "five", "abcde");
    io::input_file file(folder / "five");
    CHECK(file.size() == 5);
    std::array<char, 8> bytes{};
    file.read(bytes.data(), 2, "letters");
    CHECK(file.offset() == 2);
    check_error([&] { file.read(bytes.data(), 4, "letters"); }, folder / "five", io::byte_offset{2},
                "4 bytes of letters", "3 bytes before the end of the file");
    CHECK(file.remaining() == 3);
    CHECK(file.read_some(bytes.data(), 8) == 3);
    CHECK(std::string(bytes.data(), 3) == "cde");
    CHECK(file.read_some(bytes.data(), 8) == 0);
}

TEST_CASE("what is no regular file is refused without waiting for it") {
    const temporary_folder folder;
    check_error([&] { io::input_file(folder / "none"); }, folder / "none", io::byte_offset{0}, "a file",
                "No such file or directory");
    check_error([&] { io::input_file(folder / ""); }, folder / "", io::byte_offset{0}, "a regular file",
                "a directory or device");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    check_error([&] { io::input_file(folder / "pipe"); }, folder / "pipe", io::byte_offset{0}, "a regular file",
                "a directory or device");
}

TEST_CASE("a file that shrinks while it is read is an error") {
    const temporary_folder folder;
    write_bytes(folder / "f", std::string(100000, 'x'));
    io::input_file file(folder / "f");
    std::filesystem::resize_file(folder / "f", 10);
    std::string bytes(100000, '\0');
    check_error([&] { file.read(bytes.data(), bytes.size(), "letters"); }, folder / "f", io::byte_offset{10},
                "99990 more bytes", "a read error or a shrunken file");
}

TEST_CASE("a written file appears on commit, or not at all") {
    const temporary_folder folder;
    write_bytes(folder / "f", "old");
    {
        io::output_file file(folder / "f");
        file.write("new");
    }
    CHECK(read_bytes(folder / "f") == "old");
    CHECK_FALSE(std::filesystem::exists(folder / "f.partial"));
    {
        io::output_file file(folder / "f");
        file.write("new");
        CHECK(read_bytes(folder / "f") == "old");
        file.commit();
    }
    CHECK(read_bytes(folder / "f") == "new");
    CHECK_FALSE(std::filesystem::exists(folder / "f.partial"));
}

TEST_CASE("a full disk and a name in use leave everything as it was") {
    const temporary_folder folder;
    check_error([&] { io::output_file(folder / "none/f"); }, folder / "none/f", io::byte_offset{0}, "a writable file",
                "No such file or directory");

    std::filesystem::create_directories(folder / "taken/inside");
    const auto failure = error_of(
        [&] {
            io::output_file file(folder / "taken");
            file.write("abc");
            file.commit();
        },
        folder / "taken");
    REQUIRE(failure);
    CHECK(failure->expected() == "a name that can be replaced");
    CHECK(byte_of(*failure) == 3);
    CHECK(std::filesystem::is_directory(folder / "taken/inside"));
    CHECK_FALSE(std::filesystem::exists(folder / "taken.partial"));

    // A limit on the size of files stands in for a full disk.
    write_bytes(folder / "f", "old");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto full = error_of(
        [&] {
            io::output_file file(folder / "f");
            file.write(std::string(100000, 'x'));
            file.commit();
        },
        folder / "f");
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    REQUIRE(full);
    CHECK(full->found() == "File too large");
    CHECK(read_bytes(folder / "f") == "old");
    CHECK_FALSE(std::filesystem::exists(folder / "f.partial"));
}
