// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <espalier/core/raise.hpp>
#include <espalier/core/rarely.hpp>
#include <espalier/core/text.hpp>
#include <espalier/io/element.hpp>
#include <espalier/io/error.hpp>
#include <espalier/io/file.hpp>
#include <espalier/io/idx.hpp>
#include <espalier/io/npy.hpp>
#include <xtensor/xtensor.hpp>

namespace espalier::io {

namespace detail {

/// Stored integers or bools as class indices; file.fail() at the first that is none, `start` being the place of all.
template <class File>
[[gnu::cold]] xt::xtensor<std::int32_t, 1> decode_labels(const File& file, element type, std::endian order,
                                                         std::span<const unsigned char> bytes, std::uint64_t start,
                                                         std::size_t classes) {
    const std::size_t size = size_of(type);
    // A bool's byte is read as a number, so that one which is neither 0 nor 1 can be shown.
    const std::uint64_t last = type == element::b1 ? std::min<std::size_t>(classes - 1, 1) : classes - 1;
    xt::xtensor<std::int32_t, 1> labels(std::array<std::size_t, 1>{bytes.size() / size});
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::uint64_t label = stored_integer(type, order, bytes.data() + i * size);
        if (label > last)  // as every negative number is
            file.fail(start + i * size, text_of({"a label from 0 to ", last}),
                      name_of(type)[0] == 'i' ? text_of({static_cast<std::int64_t>(label)}) : text_of({label}));
        labels(i) = static_cast<std::int32_t>(label);
    }
    return labels;
}

[[gnu::cold]] inline xt::xtensor<std::int32_t, 1> load_npy_labels(const std::filesystem::path& path,
                                                                  std::size_t classes) {
    input_file file(path);
    const npy_header header = read_npy_header(file, element_of<std::int32_t>, 1);
    const std::uint64_t start = file.offset();
    std::vector<unsigned char> payload(static_cast<std::size_t>(file.remaining()));
    file.read(payload.data(), payload.size(), "labels");
    return decode_labels(file, header.type, std::endian::little, payload, start, classes);
}

[[gnu::cold]] inline xt::xtensor<std::int32_t, 1> load_idx_labels(const std::filesystem::path& path,
                                                                  std::size_t classes) {
    inflating_file file(path);
    const idx_contents contents = read_idx_contents(file, element_of<std::int32_t>, 1);
    return decode_labels(file, contents.type, std::endian::big, contents.payload, contents.start, classes);
}

[[gnu::cold]] inline xt::xtensor<std::int32_t, 1> read_labels(const std::filesystem::path& path, std::size_t classes) {
    if (classes == 0 || classes > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
        espalier::detail::raise<std::invalid_argument>(
            {"load_labels: classes must be from 1 to 2147483647, found ", classes});
    }
    input_file file(path);
    std::array<char, 6> bytes{};
    const std::string_view start(bytes.data(), file.read_some(bytes.data(), bytes.size()));
    if (start.starts_with(npy_magic[0])) return load_npy_labels(path, classes);
    if (start.starts_with('\0') || start.starts_with("\x1f\x8b")) return load_idx_labels(path, classes);
    file.fail(0, "the start of an npy, IDX or gzip file", start.empty() ? "the end of the file" : quoted(start));
}

}  // namespace detail

/// The class indices [rows] in a file: npy of any integer type or bool, or IDX, plain or gzip (its bytes tell which,
/// not its name). A label that is not from 0 to classes - 1 is an io::error that names its place and its value (the
/// place in the inflated data of a gzip file), as is all that load_npy and load_idx refuse. std::invalid_argument if
/// classes is not from 1 to 2147483647.
inline xt::xtensor<std::int32_t, 1> load_labels(const std::filesystem::path& path, std::size_t classes) {
    return espalier::detail::rarely<detail::read_labels>(path, classes);
}

}  // namespace espalier::io
