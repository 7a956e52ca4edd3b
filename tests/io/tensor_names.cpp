// SPDX-License-Identifier: MIT
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "files.hpp"
#include "small_network.hpp"

#include <espalier/io/safetensors.hpp>

using namespace espalier;

TEST_CASE("a tensor's name is UTF-8 and not the metadata's") {
    const temporary_folder folder;
    const auto path = folder / "named.safetensors";
    const auto saved = initialize<Small>(seed{8});
    small_parameters<> loaded;
    io::save(saved, path);
    for (const char* bad : {"__metadata__", "a\xff", "\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf",
                            "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
        const std::vector<io::tensor_names::pair> called{{"0.weight", bad}};
        CHECK_THROWS_AS(io::save(saved, path, called), std::invalid_argument);
        CHECK_THROWS_AS(io::load(loaded, path, called), std::invalid_argument);
    }
    for (const char* good : {"", "__metadata", "\x7f\xc2\x80", "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80",
                             "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"}) {
        const std::vector<io::tensor_names::pair> called{{"0.weight", good}};
        io::save(saved, path, called);
        CHECK_NOTHROW(io::load(loaded, path, called));
    }
}

TEST_CASE("metadata of very many keys are read in a time that grows as they do") {
    const temporary_folder folder;
    const auto path = folder / "metadata.safetensors";
    std::string header = "{\"__metadata__\":{";
    for (int key = 0; key < 100'000; ++key)
        header.append(key == 0 ? "\"" : ",\"").append(std::to_string(key)).append("\":\"\"");
    header += "}}";
    std::string start;
    for (int byte = 0; byte < 8; ++byte) start += static_cast<char>(header.size() >> 8 * byte & 0xff);
    write_bytes(path, start + header);
    small_parameters<> to;
    const auto began = std::chrono::steady_clock::now();
    CHECK(error_of([&] { io::load(to, path); }, path)->found() == "none of that name among 0");
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(3));  // key by key: a minute
}
