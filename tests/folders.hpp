// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// Files that tests read, by their path from a folder. Only main.cpp is compiled with the folders' own paths: a
// compiler's cache then serves the tests of every checkout.

/// In tests/ of the source tree.
std::string in_tests(const std::string& path);
/// In examples/ of the source tree.
std::string in_examples(const std::string& path);
/// Where the build puts the models that it imports.
std::string in_imported(const std::string& path);
