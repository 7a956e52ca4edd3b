// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <espalier/io/error.hpp>

/// A folder that is gone when the test is.
class temporary_folder {
public:
    temporary_folder() : path_(std::filesystem::temp_directory_path() / ("espalier-io-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

inline void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
    // ext4 syncs a file that is truncated and written again; a new one costs a tenth.
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string read_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The io::error that the action throws; the test fails if it throws none, and if its message lacks a part.
template <class Action>
std::optional<espalier::io::error> error_of(Action&& action, const std::filesystem::path& file) {
    try {
        action();
    } catch (const espalier::io::error& failure) {
        const std::string_view message = failure.what();
        // One check for all parts: some tests come here ten thousand times.
        const bool complete = failure.file() == file.string() && message.starts_with(failure.file() + ":") &&
                              message.ends_with("expected " + failure.expected() + ", found " + failure.found()) &&
                              !failure.expected().empty() && !failure.found().empty();
        CHECK_MESSAGE(complete, failure.what());
        return failure;
    }
    return std::nullopt;
}

template <class Action>
void check_error(Action&& action, const std::filesystem::path& file, const espalier::io::position& where,
                 std::string_view expected, std::string_view found) {
    const auto failure = error_of(action, file);
    REQUIRE(failure);
    INFO(std::string(failure->what()));
    CHECK(failure->where() == where);
    CHECK(failure->expected() == expected);
    CHECK(failure->found() == found);
}

inline std::uint64_t byte_of(const espalier::io::error& failure) {
    return std::get<espalier::io::byte_offset>(failure.where()).value;
}

/// Calls check(at, value) with the file holding `whole` but for the byte at `at`, which has each other value in turn.
template <class Check>
void with_each_other_byte(const std::filesystem::path& path, std::string_view whole, std::size_t count, Check&& check) {
    write_bytes(path, whole);
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const auto put = [&](std::size_t at, char value) {
        file.seekp(static_cast<std::streamoff>(at)).put(value).flush();
    };
    for (std::size_t at = 0; at < count; ++at) {
        for (int change = 1; change < 256; ++change) {
            const char value = static_cast<char>(static_cast<unsigned char>(whole[at]) ^ change);
            put(at, value);
            check(at, value);
        }
        put(at, whole[at]);
    }
    REQUIRE(file.good());
    CHECK(read_bytes(path) == whole);
}
