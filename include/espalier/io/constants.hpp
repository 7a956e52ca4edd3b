// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <espalier/io/constant_array.hpp>
#include <espalier/io/file.hpp>
#include <espalier/io/fingerprint.hpp>
#include <espalier/run/parameters.hpp>

/// Weights as C++.
namespace espalier::io {

namespace detail {

inline void check_identifier(std::string_view name) {
    const auto is_letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    if (name.empty() || !is_letter(name[0]) || !std::ranges::all_of(name, fits))
        throw std::invalid_argument("save_header: expected a name as C++ has them, found " + io::quoted(name));
}

}  // namespace detail

/// Writes parameters as a header that includes nothing: `inline constexpr float name[…]`, aligned, with the gaps of
/// the flat vector, and `name_fingerprint` to be compared with fingerprint<Net>. `storage::constant<name>` makes
/// parameters of it without a copy, and inference.hpp predicts on it as it is. A name that is no identifier is a
/// std::invalid_argument; NaN, infinity, and what stops the writing, an io::error.
template <Network Net, class Scalar, class Storage>
void save_header(const parameters<Net, Scalar, Storage>& from, const std::filesystem::path& path,
                 std::string_view name) {
    detail::check_identifier(name);
    for (std::size_t i = 0; i < from.size(); ++i)
        if (!std::isfinite(from.data()[i]))
            throw error(path.string(), tensor_name{"element " + std::to_string(i) + " of the parameters"},
                        "a finite number", std::to_string(from.data()[i]));
    const std::string array(name);
    std::string text = "// Parameters of\n//    ";
    for (const std::string& each : layer_names<Net>()) text += " " + each;
    text += "\n// as the library has written them.\n// clang-format off\n#pragma once\n\n";
    text += "inline constexpr unsigned long long " + array + "_fingerprint = 0x" +
            detail::hexadecimal(fingerprint<Net>) + ";\n\n";
    text += detail::constant_array<Scalar>(array, from.flat());
    output_file file(path);
    file.write(text);
    file.commit();
}

}  // namespace espalier::io
