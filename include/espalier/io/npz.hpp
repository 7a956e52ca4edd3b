// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/io/npy.hpp>
#include <espalier/io/tensor_names.hpp>
#include <espalier/io/zip.hpp>
#include <espalier/run/parameters.hpp>

/// Weights as NumPy's archives: numpy.savez, numpy.load.
namespace espalier::io {

namespace detail {

/// The longest npy file of so many numbers: doubles, behind the longest header of format 1.0; the others are for more
/// than that. Whatever inflates to more is not taken up.
constexpr std::uint64_t longest_npy(std::uint64_t numbers) { return 10 + 0xffff + sizeof(double) * numbers; }

}  // namespace detail

/// Parameters from an npz file, stored or deflated, of float32 or float64: each tensor by its name as in load(). What
/// does not fit is an io::error that names file, layer and tensor; the parameters then keep what they were.
template <Network Net, class Scalar, class Storage>
void load_npz(parameters<Net, Scalar, Storage>& to, const std::filesystem::path& path, const tensor_names& names = {},
              const load_options& options = {}) {
    input_file file(path);
    detail::zip_reader archive(file);
    const std::vector<named_tensor> wanted = tensors_of<Net, Scalar>(names);
    for (const detail::zip_member& each : archive.members()) {
        constexpr std::string_view ending = ".npy";
        const std::string_view name = std::string_view(each.name).substr(0, each.name.size() - ending.size());
        const bool known = each.name.ends_with(ending) &&
                           (detail::is_tensor_of(wanted, name) || detail::is_batch_counter(wanted, name));
        if (!options.allow_surplus && !known)
            throw error(file.name(), tensor_name{"member " + io::quoted(each.name)}, "the network's tensors alone",
                        "one more");
    }
    std::vector<Scalar> read(to.data(), to.data() + to.size());
    for (const named_tensor& each : wanted) {
        const auto member = std::ranges::find(archive.members(), each.name + ".npy", &detail::zip_member::name);
        if (member == archive.members().end())
            throw error(file.name(), tensor_name{each.where}, "a tensor of shape " + shape_text(each.shape),
                        "none of that name among " + std::to_string(archive.members().size()));
        if (const std::uint64_t most = detail::longest_npy(each.size); member->size > most)
            throw error(file.name(), tensor_name{each.where},
                        "at most " + std::to_string(most) + " bytes for shape " + shape_text(each.shape),
                        std::to_string(member->size));
        detail::member_file bytes = archive.open(*member);
        const detail::npy_header header = detail::read_npy_header(bytes);
        if (header.shape != each.shape)
            throw error(file.name(), tensor_name{each.where}, "shape " + shape_text(each.shape),
                        shape_text(header.shape));
        if (header.type != element::f4 && header.type != element::f8)
            throw error(file.name(), tensor_name{each.where}, "f4 or f8", std::string(name_of(header.type)));
        detail::check_npy_payload(bytes, header);
        detail::read_npy_payload(bytes, header, {options.allow_non_finite}, read.data() + each.offset);
    }
    std::ranges::copy(read, to.data());
}

/// Writes parameters as an npz file that load_npz() and numpy.load read, each tensor under its name as in save(). The
/// file appears only when it is complete; an io::error leaves what was there before.
template <Network Net, class Scalar, class Storage>
void save_npz(const parameters<Net, Scalar, Storage>& from, const std::filesystem::path& path,
              const tensor_names& names = {}) {
    detail::zip_writer archive(path);
    for (const named_tensor& each : tensors_of<Net, Scalar>(names)) {
        std::string bytes = detail::npy_start(element_of<Scalar>, each.shape);
        for (const Scalar number : std::span<const Scalar>(from.data() + each.offset, each.size)) {
            auto raw = std::bit_cast<std::array<char, sizeof(Scalar)>>(number);
            if constexpr (std::endian::native == std::endian::big) std::ranges::reverse(raw);
            bytes.append(raw.data(), raw.size());
        }
        archive.add(each.name + ".npy", bytes);
    }
    archive.commit();
}

}  // namespace espalier::io
