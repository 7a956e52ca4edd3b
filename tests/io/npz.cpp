// SPDX-License-Identifier: MIT
#include <espalier/io/npz.hpp>

#include <doctest/doctest.h>

#include <zlib.h>

#include <limits>

#include "../folders.hpp"
#include "files.hpp"
#include "largest_allocation.hpp"
#include "small_network.hpp"
#include "unpacked.hpp"

using namespace espalier;

namespace {

const std::filesystem::path reference = in_tests("reference");

/// Little-endian bytes of an archive, changed.
std::string with_number(std::string bytes, std::size_t at, std::uint32_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> 8 * i & 0xff);
    return bytes;
}

/// An archive of the network's tensors, one of which has another header or other bytes.
void write_archive(const std::filesystem::path& path, const std::string& changed, const std::string& content,
                   const std::string& more = "") {
    io::detail::zip_writer archive(path);
    for (const auto& [name, shape] : small_tensors) {
        std::size_t size = 4;
        for (const std::size_t extent : shape) size *= extent;
        const std::string zeros = io::detail::npy_start(io::element::f4, shape) + std::string(size, '\0');
        if (name != changed)
            archive.add(name + ".npy", zeros);
        else if (!content.empty())
            archive.add(name + ".npy", content);
    }
    if (!more.empty()) archive.add(more, "");
    archive.commit();
}

}  // namespace

TEST_CASE("NumPy's archives hold what PyTorch's network has") {
    small_parameters<> stored, deflated;
    io::load_npz(stored, reference / "weights_stored.npz");
    io::load_npz(deflated, reference / "weights_deflated.npz");
    CHECK(same_bits(stored.flat(), deflated.flat()));
    CHECK(stored.weight<1>()(3, 4) != 0);
    CHECK(stored.tensor<2>()(0) == 0.25f);
}

TEST_CASE("what is saved loads with the same bits, and NumPy reads it") {
    const temporary_folder folder;
    const auto path = folder / "small.npz";
    const auto saved = initialize<Small, double>(seed{7});
    io::save_npz(saved, path, {{"0.weight", "first"}});
    small_parameters<double> loaded;
    io::load_npz(loaded, path, {{"0.weight", "first"}});
    CHECK(same_bits(saved.flat(), loaded.flat()));
    if (!unpack_with_numpy(path, folder / "unpacked")) return;
    CHECK(io::load_npy<double, 2>(folder / "unpacked/first.npy") == saved.weight<1>());
    CHECK(io::load_npy<double, 2>(folder / "unpacked/3.weight.npy") == saved.weight<2>());
    CHECK(io::load_npy<double, 1>(folder / "unpacked/5.bias.npy") == saved.bias<3>());
}

TEST_CASE("every archive that does not fit is refused, and the parameters keep their bits") {
    const temporary_folder folder;
    const auto path = folder / "bad.npz";
    const auto before = initialize<Small>(seed{10});
    auto to = before;
    const auto refused = [&](const io::position& where, std::string_view expected, std::string_view found) {
        check_error([&] { io::load_npz(to, path); }, path, where, expected, found);
        CHECK(same_bits(to.flat(), before.flat()));
    };
    const auto bias = [&](io::element type, std::vector<std::size_t> shape, const std::string& data) {
        write_archive(path, "5.bias", io::detail::npy_start(type, shape) + data);
    };
    const io::tensor_name layer{"layer 6 (dense<2>), bias, in the file '5.bias'"};
    const std::string zeros(8, '\0');
    bias(io::element::f4, {2, 1}, zeros);
    refused(layer, "shape (2,)", "(2, 1)");
    bias(io::element::i4, {2}, zeros);
    refused(layer, "f4 or f8", "i4");
    bias(io::element::f4, {2}, zeros + "x");
    refused(io::tensor_name{"member '5.bias.npy', byte 128"}, "8 bytes of data for shape (2,) of f4", "9");
    bias(io::element::f4, {2}, zeros.substr(4) + std::string("\0\0\xc0\x7f", 4));
    refused(io::tensor_name{"member '5.bias.npy', byte 132"}, "a finite number", "nan");
    CHECK_NOTHROW(io::load_npz(to, path, {}, {.allow_non_finite = true}));
    std::ranges::copy(before.flat(), to.data());
    write_archive(path, "5.bias", "");
    refused(layer, "a tensor of shape (2,)", "none of that name among 5");
    write_archive(path, "", "", "more.npy");
    refused(io::tensor_name{"member 'more.npy'"}, "the network's tensors alone", "one more");
    CHECK_NOTHROW(io::load_npz(to, path, {}, {.allow_surplus = true}));
    std::ranges::copy(before.flat(), to.data());
    write_archive(path, "", "", "5.bias.npy");
    refused(io::tensor_name{"member '5.bias.npy'"}, "each name once", "it again");

    // the archive itself: fields of the first directory entry and of the end
    write_archive(path, "", "");
    const std::string whole = read_bytes(path);
    const std::size_t end = whole.size() - 22, entry = whole.find("PK\1\2");
    const auto changed = [&](std::size_t at, std::uint32_t value, std::size_t size) {
        write_bytes(path, with_number(whole, at, value, size));
    };
    const io::tensor_name first{"member '0.weight.npy'"};
    changed(entry + 10, 12, 2);
    refused(first, "stored or deflated bytes", "encrypted ones or method 12");
    changed(entry + 24, 0xfffffff0, 4);
    refused(first, "a size that 208 bytes can have", "4294967280");
    changed(entry + 10, 8, 2);
    refused(first, "208 bytes, deflated to 208", "6 from 8");
    changed(entry + 16, 7, 4);
    CHECK(error_of([&] { io::load_npz(to, path); }, path)->expected() == "the checksum 7");
    changed(entry + 42, 0xfffffff0, 4);
    CHECK(error_of([&] { io::load_npz(to, path); }, path));
    changed(entry + 42, 4, 4);
    refused(first, "its header at byte 4", io::quoted(whole.substr(4, 4)));
    std::string renamed = whole;
    renamed[30] = '7';
    write_bytes(path, renamed);
    refused(first, "its header at byte 0", "one of '7.weight.npy'");
    changed(entry + 2, 7, 1);
    CHECK(error_of([&] { io::load_npz(to, path); }, path)->found() == "'PK\\x07\\x02'");
    changed(whole.find("PK\1\2", entry + 4) + 42, 0, 4);  // the second lies over the first
    refused(first, "its end at byte 0 at most", "250");
    changed(end + 16, 0xfffffff0, 4);
    CHECK(error_of([&] { io::load_npz(to, path); }, path));
    changed(end + 8, 5, 2);
    refused(io::byte_offset{end}, "one archive below 4 GiB", "one of several disks, or a larger one");
    write_bytes(path, "");
    refused(io::byte_offset{0}, "a zip archive, which ends with its directory", "none within the last bytes");
    CHECK(same_bits(to.flat(), before.flat()));
}

TEST_CASE("a tensor that would inflate to more than its shape needs is refused before memory is taken") {
    const temporary_folder folder;
    const auto path = folder / "bomb.npz";
    const std::string bomb =
        io::detail::npy_start(io::element::f4, small_tensors[0].second) + std::string(1 << 26, '\0');
    const auto bytes = [](const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); };
    std::string packed(::compressBound(bomb.size()), '\0');
    ::uLongf size = packed.size();
    REQUIRE(::compress(reinterpret_cast<unsigned char*>(packed.data()), &size, bytes(bomb), bomb.size()) == Z_OK);
    packed = packed.substr(2, size - 6);  // without what zlib puts around deflated bytes
    write_archive(path, "0.weight", packed);
    const std::string whole = read_bytes(path);
    const std::size_t entry = whole.find("PK\1\2");
    std::string changed = with_number(whole, entry + 10, 8, 2);
    changed = with_number(changed, entry + 16, static_cast<std::uint32_t>(::crc32_z(0, bytes(bomb), bomb.size())), 4);
    changed = with_number(changed, entry + 24, static_cast<std::uint32_t>(bomb.size()), 4);
    write_bytes(path, changed);
    small_parameters<> to;
    largest_allocation = 0;
    check_error([&] { io::load_npz(to, path); }, path,
                io::tensor_name{"layer 1 (dense<4>), weight, in the file '0.weight'"},
                "at most 65705 bytes for shape (4, 5)", std::to_string(bomb.size()));
    CHECK(largest_allocation < 200000);
}

TEST_CASE("truncated and changed archives load wholly or not at all") {
    const temporary_folder folder;
    const auto path = folder / "whole.npz";
    small_parameters<> to;
    const small_parameters<> zero;
    for (const char* file : {"weights_stored.npz", "weights_deflated.npz"}) {
        const std::string whole = read_bytes(reference / file);
        small_parameters<> expected;
        io::load_npz(expected, reference / file);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            write_bytes(path, whole.substr(0, size));
            REQUIRE(error_of([&] { io::load_npz(to, path); }, path));
            REQUIRE(same_bits(to.flat(), zero.flat()));
        }
        for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
            std::string changed = whole;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
            write_bytes(path, changed);
            // The checksums let no other numbers through; dates and the like do not matter.
            const bool taken = !error_of([&] { io::load_npz(to, path); }, path);
            REQUIRE(same_bits(to.flat(), taken ? expected.flat() : zero.flat()));
            std::fill(to.flat().begin(), to.flat().end(), 0.0f);
        }
    }
}
