// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include "../folders.hpp"
#include "files.hpp"
#include "small_network.hpp"
#include "unpacked.hpp"

#include <espalier/io/npy.hpp>
#include <espalier/io/safetensors.hpp>
#include <espalier/run/predict.hpp>

using namespace espalier;
namespace ep = espalier;

namespace {

const std::filesystem::path reference = in_tests("reference");
const io::tensor_names model_names = [](std::string_view name) { return "model." + std::string(name); };

std::string little(std::uint64_t number) {
    std::string bytes;
    for (int byte = 0; byte < 8; ++byte) bytes += static_cast<char>(number >> 8 * byte & 0xff);
    return bytes;
}

std::string file_of(const std::string& header, std::size_t data = 0) {
    return little(header.size()) + header + std::string(data, '\0');
}

/// The header of a file for Small, with one tensor's entry replaced.
std::string header_with(std::string_view name, const std::string& entry, const std::string& more = "") {
    std::string text = "{";
    std::size_t at = 0;
    for (const auto& [each, shape] : small_tensors) {
        std::size_t size = 4;
        std::string extents;
        for (const std::size_t extent : shape) {
            size *= extent;
            extents.append(extents.empty() ? "" : ",").append(std::to_string(extent));
        }
        if (text.size() > 1) text += ",";
        if (each == name)
            text += entry;
        else
            text += "\"" + each + "\":{\"dtype\":\"F32\",\"shape\":[" + extents + "],\"data_offsets\":[" +
                    std::to_string(at) + "," + std::to_string(at + size) + "]}";
        at += size;
    }
    return text + more + "}";
}
constexpr std::size_t small_bytes = 4 * (20 + 4 + 1 + 12 + 6 + 2);

template <class Scalar>
void check_against_torch(const char* file, const char* expected, const io::tensor_names& names) {
    small_parameters<Scalar> parameters;
    io::load(parameters, reference / file, names);
    const auto x = io::load_npy<Scalar, 2>(reference / "weights_x.npy");
    const auto y = io::load_npy<double, 2>(reference / expected);
    const auto found = predict(parameters, x);
    double largest = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
        largest = std::max(largest, std::abs(double{found.data()[i]} - y.data()[i]));
    CHECK(largest < (sizeof(Scalar) == 4 ? 1e-6 : 1e-14));
}

}  // namespace

TEST_CASE("files with PyTorch's names, layouts and types give PyTorch's outputs") {
    check_against_torch<float>("weights_plain.safetensors", "weights_plain_y.npy", {});
    check_against_torch<double>("weights_plain.safetensors", "weights_plain_y.npy", {});
    check_against_torch<float>("weights_mixed.safetensors", "weights_mixed_y.npy", model_names);
    check_against_torch<double>("weights_mixed.safetensors", "weights_mixed_y.npy", model_names);
}

TEST_CASE("what is saved loads with the same bits, and NumPy reads it") {
    const temporary_folder folder;
    const auto path = folder / "small.safetensors";
    const auto saved = initialize<Small, double>(seed{7});
    io::save(saved, path);
    small_parameters<double> loaded;
    io::load(loaded, path);
    CHECK(same_bits(saved.flat(), loaded.flat()));
    const std::string bytes = read_bytes(path);
    CHECK((bytes.size() - 2 * small_bytes) % 8 == 0);  // the data are aligned for doubles

    if (!unpack_with_numpy(path, folder / "unpacked")) return;
    const auto w = io::load_npy<double, 2>(folder / "unpacked/3.weight.npy");
    CHECK(w == saved.weight<2>());
    const auto slope = io::load_npy<double, 1>(folder / "unpacked/1.weight.npy");
    CHECK(slope(0) == 0.25);
    const auto b = io::load_npy<double, 1>(folder / "unpacked/5.bias.npy");
    CHECK(b == saved.bias<3>());
    CHECK(!std::filesystem::exists(folder / "unpacked/3.bias.npy"));
}

TEST_CASE("names may be others, if they are the network's") {
    const temporary_folder folder;
    const auto path = folder / "named.safetensors";
    const auto saved = initialize<Small>(seed{8});
    io::save(saved, path, {{"0.weight", "first"}, {"5.bias", "a \"quoted\" näme"}});
    small_parameters<> loaded;
    io::load(loaded, path, {{"0.weight", "first"}, {"5.bias", "a \"quoted\" näme"}});
    CHECK(same_bits(saved.flat(), loaded.flat()));
    const std::vector<io::tensor_names::pair> list{{"0.weight", "first"}};
    check_error([&] { io::load(loaded, path, list); }, path, io::tensor_name{"tensor 'a \"quoted\" n\\xc3\\xa4me'"},
                "the network's tensors alone", "one more, of shape (2,)");
    CHECK_THROWS_AS(io::load(loaded, path, {{"0.wieght", "first"}}), std::invalid_argument);
    CHECK_THROWS_AS(io::save(saved, path, {{"0.weight", "5.weight"}}), std::invalid_argument);
}

TEST_CASE("beside weights stands what PyTorch and checkpoints put there, and nothing else") {
    const temporary_folder folder;
    const auto path = folder / "more.safetensors";
    const auto more = [](const char* name) {
        return ",\"" + std::string(name) + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[180,180]}";
    };
    small_parameters<> to;
    for (const char* name :
         {"checkpoint.history", "checkpoint.slot0.0.weight", "checkpoint.slot12.5.bias", "checkpoint.best.1.weight"}) {
        CAPTURE(name);
        write_bytes(path, file_of(header_with("", "", more(name)), small_bytes));
        CHECK_NOTHROW(io::load(to, path));
    }
    write_bytes(path, file_of(header_with("", "", more("checkpoint.checksum")), small_bytes));
    check_error([&] { io::load(to, path); }, path, io::tensor_name{"tensor 'checkpoint.checksum'"},
                "a checkpoint, which ends with it", "a file of weights");
    for (const char* name :
         {"7.num_batches", "1.num_batches_tracked", "num_batches_tracked", "checkpoint.", "checkpoint.x",
          "checkpoint.histories", "checkpoint.slot0.9.weight", "checkpoint.slot.0.weight", "checkpoint.slot0x.0.weight",
          "checkpoint.slot0", "checkpoint.best.", "checkpoint.worst.0.weight"}) {
        write_bytes(path, file_of(header_with("", "", more(name)), small_bytes));
        check_error([&] { io::load(to, path); }, path, io::tensor_name{"tensor '" + std::string(name) + "'"},
                    "the network's tensors alone", "one more, of shape (0,)");
    }
}

TEST_CASE("every file that does not fit is refused, and the parameters keep their bits") {
    const temporary_folder folder;
    const auto path = folder / "bad.safetensors";
    auto to = initialize<Small>(seed{10});
    const auto before = to;
    const auto refuse = [&](const std::string& bytes, const io::position& where, std::string_view expected,
                            std::string_view found) {
        write_bytes(path, bytes);
        check_error([&] { io::load(to, path); }, path, where, expected, found);
        CHECK(same_bits(to.flat(), before.flat()));
    };
    const auto tensor = [](const char* name) { return io::tensor_name{"tensor '" + std::string(name) + "'"}; };
    const auto layer = io::tensor_name{"layer 6 (dense<2>), bias, in the file '5.bias'"};
    const auto entry = [](const char* dtype, const char* shape, const char* offsets) {
        return std::string("\"5.bias\":{\"dtype\":\"") + dtype + "\",\"shape\":" + shape +
               ",\"data_offsets\":" + offsets + "}";
    };
    const auto bias = [&](const std::string& text, std::size_t bytes = small_bytes) {
        return file_of(header_with("5.bias", text), bytes);
    };
    write_bytes(path, bias(entry("F32", "[2]", "[172,180]")));
    CHECK_NOTHROW(io::load(to, path));
    std::copy(before.flat().begin(), before.flat().end(), to.data());

    // the header's length and text
    refuse("", io::byte_offset{0}, "8 bytes of header length", "0 bytes before the end of the file");
    refuse(little(std::uint64_t{1} << 63) + "{}", io::byte_offset{0}, "a header of at most 2 bytes",
           "9223372036854775808");
    refuse(little(3) + "{}", io::byte_offset{0}, "a header of at most 2 bytes", "3");
    refuse(file_of(""), io::byte_offset{8}, "'{'", "the end of the header");
    refuse(file_of(" {}"), io::byte_offset{8}, "'{'", "' {}'");
    refuse(file_of("{]"), io::byte_offset{9}, "JSON", "'{]'");
    refuse(file_of("{\"a\":\"\xff\"}"), io::byte_offset{14}, "JSON", "'\"\\xff'");
    refuse(file_of("{\"a\":1}"), tensor("a"), "an object with 'dtype', 'shape' and 'data_offsets'", "1");
    refuse(file_of("{\"__metadata__\":{\"a\":1}}"), tensor("__metadata__"), "strings", "1");
    refuse(file_of("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"), tensor("__metadata__"), "each key once",
           "'a' again");
    refuse(file_of(std::string(100000, '{')), io::byte_offset{9}, "JSON", "'{{'");
    refuse(file_of("{\"a\":{\"shape\":[" + std::string(100000, '[')), tensor("a"), "a whole number below 2^64",
           "an array");

    // one entry
    refuse(bias("\"5.bias\":{\"dtype\":\"F32\",\"shape\":[2]}"), tensor("5.bias"),
           "'dtype', 'shape' and 'data_offsets'", "fewer of them");
    refuse(bias("\"5.bias\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}"), tensor("5.bias"),
           "the keys 'dtype', 'shape' and 'data_offsets', once each", "'dtype'");
    refuse(bias(entry("F31", "[2]", "[172,180]")), tensor("5.bias"),
           "a dtype of the format (F32, F64, F16, BF16, I64, …)", "'F31'");
    refuse(bias(entry("F32", "[-2]", "[172,180]")), tensor("5.bias"), "a whole number below 2^64", "-2");
    refuse(bias(entry("F32", "[18446744073709551616]", "[172,180]")), tensor("5.bias"), "a whole number below 2^64",
           "18446744073709551616");
    refuse(bias(entry("F32", "[4294967296,4294967296]", "[172,180]")), tensor("5.bias"), "a shape that memory can hold",
           "(4294967296, 4294967296)");
    refuse(bias(entry("F32", "2", "[172,180]")), tensor("5.bias"), "an array of numbers", "2");
    refuse(bias(entry("F32", "[2]", "[172,180,188]")), tensor("5.bias"), "two data_offsets", "3");

    // offsets
    refuse(bias(entry("F32", "[2]", "[172,176]")), tensor("5.bias"), "8 bytes of F32 for shape (2,)",
           "data_offsets 172 to 176");
    refuse(bias(entry("F32", "[2]", "[180,172]")), tensor("5.bias"), "8 bytes of F32 for shape (2,)",
           "data_offsets 180 to 172");
    refuse(bias(entry("F32", "[2]", "[18446744073709551612,4]")), tensor("5.bias"), "8 bytes of F32 for shape (2,)",
           "data_offsets 18446744073709551612 to 4");
    refuse(bias(entry("F32", "[2]", "[168,176]")), tensor("5.bias"),
           "data from offset 172 on, where the tensor before it ends", "168");
    refuse(bias(entry("F32", "[2]", "[176,184]"), small_bytes + 4), tensor("5.bias"),
           "data from offset 172 on, where the tensor before it ends", "176");
    const std::size_t start = 8 + header_with("5.bias", entry("F32", "[2]", "[172,180]")).size();
    refuse(bias(entry("F32", "[2]", "[172,180]"), small_bytes - 1), tensor("5.bias"), "8 bytes of data",
           "7 before the end of the file");
    refuse(bias(entry("F32", "[2]", "[172,180]"), 85), tensor("0.bias"), "16 bytes of data",
           "5 before the end of the file");
    refuse(bias(entry("F32", "[2]", "[172,180]"), 0), tensor("0.weight"), "80 bytes of data",
           "0 before the end of the file");
    refuse(bias(entry("F32", "[2]", "[172,180]"), small_bytes + 1), io::byte_offset{start}, "180 bytes of data", "181");

    // what is not the network's
    refuse(bias(entry("F32", "[2,1]", "[172,180]")), layer, "shape (2,)", "(2, 1)");
    refuse(bias(entry("F32", "[]", "[172,176]"), small_bytes - 4), layer, "shape (2,)", "()");
    refuse(bias(entry("F32", "[0]", "[172,172]"), small_bytes - 8), layer, "shape (2,)", "(0,)");
    refuse(bias(entry("I32", "[2]", "[172,180]")), layer, "F32, F64, F16 or BF16", "I32");
    refuse(bias(entry("F8_E4M3", "[2]", "[172,174]"), small_bytes - 6), layer, "F32, F64, F16 or BF16", "F8_E4M3");
    refuse(bias(entry("F8_E5M2", "[2]", "[172,174]"), small_bytes - 6), layer, "F32, F64, F16 or BF16", "F8_E5M2");
    refuse(bias(entry("F8_E8M0", "[2]", "[172,174]"), small_bytes - 6), tensor("5.bias"),
           "a dtype of the format (F32, F64, F16, BF16, I64, …)", "'F8_E8M0'");
    refuse(bias("\"5.bais\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[172,180]}"), tensor("5.bais"),
           "the network's tensors alone", "one more, of shape (2,)");
    const std::string twice = entry("F32", "[2]", "[172,180]") + "," + entry("F32", "[2]", "[180,188]");
    refuse(bias(twice, small_bytes + 8), tensor("5.bias"), "each name once", "it again");
    refuse(file_of("{}"), io::tensor_name{"layer 1 (dense<4>), weight, in the file '0.weight'"},
           "a tensor of shape (4, 5)", "none of that name among 0");

    // numbers
    std::string numbers = bias(entry("F32", "[2]", "[172,180]"));
    const float bad[] = {1, std::numeric_limits<float>::quiet_NaN()};
    std::memcpy(numbers.data() + numbers.size() - 8, bad, 8);
    refuse(numbers, layer, "finite numbers", "nan as element 1");
    CHECK_NOTHROW(io::load(to, path, {}, {.allow_non_finite = true}));
    std::copy(before.flat().begin(), before.flat().end(), to.data());
    numbers = bias(entry("F64", "[2]", "[172,188]"), small_bytes + 8);
    const double large[] = {1e39, 0};
    std::memcpy(numbers.data() + numbers.size() - 16, large, 16);
    refuse(numbers, layer, "numbers that float can hold", "a larger one as element 0");

    // surplus, where it is asked for, and beside it nothing but surplus
    const std::string more = ",\"9.x\":{\"dtype\":\"U8\",\"shape\":[3,0],\"data_offsets\":[180,180]}";
    write_bytes(path, file_of(header_with("", "", more), small_bytes));
    CHECK(error_of([&] { io::load(to, path); }, path));
    CHECK_NOTHROW(io::load(to, path, {}, {.allow_surplus = true}));
}

TEST_CASE("truncated and changed files load wholly or not at all") {
    const temporary_folder folder;
    const auto path = folder / "whole.safetensors";
    io::save(initialize<Small>(seed{11}), path);
    const std::string whole = read_bytes(path);
    small_parameters<> to;
    const small_parameters<> zero;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        write_bytes(path, whole.substr(0, size));
        REQUIRE(error_of([&] { io::load(to, path); }, path));
        REQUIRE(same_bits(to.flat(), zero.flat()));
    }
    for (std::size_t bit = 0; bit < 8 * (whole.size() - small_bytes); ++bit) {
        std::string changed = whole;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        write_bytes(path, changed);
        if (error_of([&] { io::load(to, path); }, path))
            REQUIRE(same_bits(to.flat(), zero.flat()));
        else
            std::fill(to.flat().begin(), to.flat().end(), 0.0f);
    }
}
