// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "../folders.hpp"

/// A Python with NumPy, as a shell runs it; empty where there is none.
inline const std::string& python_with_numpy() {
    static const std::string found = [] {
        for (const std::string candidate : {"python3", "/usr/bin/python3"})
            if (std::system((candidate + " -c 'import numpy' 2>/dev/null").c_str()) == 0) return candidate;
        return std::string();
    }();
    return found;
}

/// Has the tensors of a .safetensors or .npz file written as <folder>/<name>.npy by code that is not the library's;
/// false, with a message, where there is no NumPy.
inline bool unpack_with_numpy(const std::filesystem::path& file, const std::filesystem::path& folder) {
    if (python_with_numpy().empty()) {
        MESSAGE("skipped: there is no python3 with numpy");
        return false;
    }
    std::filesystem::create_directories(folder);
    const std::string command = python_with_numpy() + " -B '" + in_tests("reference/weights.py") + "' unpack '" +
                                file.string() + "' '" + folder.string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);
    return true;
}
