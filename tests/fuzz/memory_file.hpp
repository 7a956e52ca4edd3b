// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <espalier/io/error.hpp>

/// A file that lies in memory and has a path all the same: the readers open it as any other.
class memory_file {
public:
    memory_file() : descriptor_(::memfd_create("input", 0)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {}
    memory_file(const memory_file&) = delete;
    memory_file& operator=(const memory_file&) = delete;
    ~memory_file() { ::close(descriptor_); }

    const std::filesystem::path& holding(const std::uint8_t* bytes, std::size_t size) {
        if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, bytes, size, 0) != static_cast<ssize_t>(size))
            std::abort();
        return path_;
    }

private:
    int descriptor_;
    std::filesystem::path path_;
};

/// Runs a reader, which may refuse the file by an io::error and by nothing else; whether it took the file.
template <class Reader>
bool takes(Reader&& read) {
    try {
        read();
        return true;
    } catch (const espalier::io::error&) {
        return false;
    }
}

/// What must hold after every input.
inline void require(bool holds) {
    if (!holds) std::abort();
}
