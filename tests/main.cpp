// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "folders.hpp"

std::string in_tests(const std::string& path) { return ESPALIER_TESTS_FOLDER "/" + path; }

std::string in_examples(const std::string& path) { return ESPALIER_EXAMPLES "/" + path; }

std::string in_imported(const std::string& path) { return ESPALIER_IMPORTED "/" + path; }
