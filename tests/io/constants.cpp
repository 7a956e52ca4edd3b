// SPDX-License-Identifier: MIT
#include <espalier/io/constants.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "../folders.hpp"
#include "../reference/weights_constants.hpp"
#include "files.hpp"
#include "small_network.hpp"

#include <espalier/inference.hpp>
#include <espalier/io/safetensors.hpp>
#include <espalier/run/predict.hpp>

using namespace espalier;
namespace ep = espalier;

namespace {

const std::filesystem::path reference = in_tests("reference");

// The object holds nothing: the numbers stay where the linker has put them.
constexpr ep::parameters<Small, float, storage::constant<small_weights>> constants{};
static_assert(small_weights_fingerprint == io::fingerprint<Small>);

/// The numbers between the braces of a header, by the C library.
std::vector<float> numbers_of(const std::string& text) {
    std::vector<float> numbers;
    for (const char* at = text.c_str() + text.find('{') + 1;;) {
        char* end = nullptr;
        const float number = std::strtof(at, &end);
        if (end == at) return numbers;
        numbers.push_back(number);
        at = std::strchr(end, ',') + 1;
    }
}

}  // namespace

TEST_CASE("constants are the parameters that they were written from") {
    small_parameters<> loaded;
    io::load(loaded, reference / "weights_plain.safetensors");
    CHECK(same_bits(loaded.flat(), constants.flat()));
    CHECK(constants.data() == small_weights);
    CHECK(reinterpret_cast<std::uintptr_t>(constants.data()) % ep::alignment == 0);

    const std::array<float, 5> x{0.5f, -1, 2, 0.25f, -3};
    const auto expected = ep::predict(loaded, x);
    const auto by_object = ep::predict(constants, x);
    const std::array<float, 2> by_array = ep::predict<Small>(small_weights, x);
    CHECK(same_bits(expected, by_object));
    CHECK(same_bits(expected, by_array));
    CHECK(by_array[0] != by_array[1]);
}

TEST_CASE("a header has every bit, and is the same each time") {
    const temporary_folder folder;
    const auto path = folder / "weights.hpp";
    small_parameters<> parameters;
    io::load(parameters, reference / "weights_plain.safetensors");
    io::save_header(parameters, path, "small_weights");
    CHECK(read_bytes(path) == read_bytes(reference / "weights_constants.hpp"));

    using limits = std::numeric_limits<float>;
    const float special[] = {-0.0f, limits::denorm_min(), -limits::min() / 3, limits::max(), limits::lowest(), 0.1f,
                             -1};
    std::ranges::copy(special, parameters.data());
    io::save_header(parameters, path, "odd");
    CHECK(same_bits(numbers_of(read_bytes(path)), parameters.flat()));
}

TEST_CASE("what is no name or no number is refused") {
    const temporary_folder folder;
    const auto path = folder / "weights.hpp";
    small_parameters<> parameters;
    for (const char* name : {"", "1a", "a-b", "a b", "ä"})
        CHECK_THROWS_AS(io::save_header(parameters, path, name), std::invalid_argument);
    parameters.data()[3] = std::numeric_limits<float>::quiet_NaN();
    check_error([&] { io::save_header(parameters, path, "a"); }, path, io::tensor_name{"element 3 of the parameters"},
                "a finite number", "nan");
    CHECK(!std::filesystem::exists(path));
}
