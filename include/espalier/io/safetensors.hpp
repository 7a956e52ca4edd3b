// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/io/checksum.hpp>
#include <espalier/io/element.hpp>
#include <espalier/io/fingerprint.hpp>
#include <espalier/io/half.hpp>
#include <espalier/io/safetensors_header.hpp>
#include <espalier/io/tensor_names.hpp>
#include <espalier/run/parameters.hpp>
#include <espalier/run/refusals.hpp>

namespace espalier::diagnostics {

template <class Found>
struct load_of_what : stand_in<void> {
    static_assert(arguments_agree<Found>, "load takes (parameters, path) in this order");
};
template <class Found>
struct load_into_constant : stand_in<void> {
    static_assert(arguments_agree<Found>, "load changes the parameters: they are no constant or temporary");
};
template <class Found>
struct save_of_what : stand_in<void> {
    static_assert(arguments_agree<Found>,
                  "save takes (parameters, path) in this order; save_checkpoint keeps a training_state");
};

}  // namespace espalier::diagnostics

/// Weights in and out, in the format that PyTorch users share them in.
namespace espalier::io {

namespace detail {

/// The file's numbers as scalars; returns how many stand before the first that is none, or has no place in Scalar.
template <class Scalar>
std::size_t decode_numbers(std::string_view type, std::span<const unsigned char> bytes, Scalar* to) {
    if (type == "F32") return decode(element::f4, std::endian::little, bytes, to);
    if (type == "F64") return decode(element::f8, std::endian::little, bytes, to);
    const std::size_t count = bytes.size() / 2;
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
        to[i] = type == "F16" ? float_from_half(bits) : float_from_bfloat(bits);
    }
    return count;
}

/// Reads `count` numbers of one tensor, in bounded pieces.
template <class Scalar>
void read_numbers(input_file& file, const safetensors_type& type, const std::string& where, bool allow_non_finite,
                  std::size_t count, Scalar* to) {
    constexpr std::size_t piece = 8192;
    std::vector<unsigned char> bytes(std::min(count, piece) * type.bytes);
    for (std::size_t done = 0; done < count;) {
        const std::size_t now = std::min(piece, count - done);
        file.read(bytes.data(), now * type.bytes, where);
        const std::size_t decoded = decode_numbers(type.name, std::span(bytes).first(now * type.bytes), to + done);
        const std::size_t finite =
            allow_non_finite ? decoded : count_finite(std::span<const Scalar>(to + done, decoded));
        if (finite < decoded)
            throw error(file.name(), tensor_name{where}, "finite numbers",
                        non_finite_text(to[done + finite]) + " as element " + std::to_string(done + finite));
        if (decoded < now)
            throw error(file.name(), tensor_name{where},
                        "numbers that " + std::string(sizeof(Scalar) == 4 ? "float" : "double") + " can hold",
                        "a larger one as element " + std::to_string(done + decoded));
        done += now;
    }
}

/// Which of the wanted tensors each tensor of the file is, or none; an error where one is missing, has another shape
/// or type, or is one that nobody wants and `is_surplus` does not know.
template <class IsSurplus>
std::vector<const named_tensor*> match_tensors(const std::string& file, const safetensors_header& header,
                                               std::span<const named_tensor> wanted, IsSurplus&& is_surplus) {
    std::vector<const named_tensor*> matches;
    for (const safetensors_entry& entry : header.tensors) {
        const auto match = std::ranges::find(wanted, entry.name, &named_tensor::name);
        matches.push_back(match == wanted.end() ? nullptr : &*match);
        if (match == wanted.end() && !is_surplus(entry.name))
            throw error(file, tensor_name{"tensor " + io::quoted(entry.name)}, "the network's tensors alone",
                        "one more, of shape " + shape_text(entry.shape));
    }
    for (const named_tensor& each : wanted) {
        const auto entry = std::ranges::find(header.tensors, each.name, &safetensors_entry::name);
        if (entry == header.tensors.end())
            throw error(file, tensor_name{each.where}, "a tensor of shape " + shape_text(each.shape),
                        "none of that name among " + std::to_string(header.tensors.size()));
        if (entry->shape != each.shape)
            throw error(file, tensor_name{each.where}, "shape " + shape_text(each.shape), shape_text(entry->shape));
        constexpr std::string_view readable[] = {"F32", "F64", "F16", "BF16"};
        if (std::ranges::find(readable, entry->type.name) == std::end(readable))
            throw error(file, tensor_name{each.where}, "F32, F64, F16 or BF16", std::string(entry->type.name));
    }
    return matches;
}

/// Reads what was matched to its offset from `to` on, the file being at its first byte of data.
template <class Scalar>
void read_matches(input_file& file, const safetensors_header& header, std::span<const named_tensor* const> matches,
                  bool allow_non_finite, Scalar* to) {
    const std::uint64_t start = file.offset();
    for (std::size_t i = 0; i < matches.size(); ++i) {
        if (matches[i] == nullptr) continue;
        file.seek(start + header.tensors[i].begin);
        read_numbers(file, header.tensors[i].type, matches[i]->where, allow_non_finite, matches[i]->size,
                     to + matches[i]->offset);
    }
}

inline constexpr std::string_view fingerprint_key = "espalier.fingerprint", layers_key = "espalier.layers";
inline constexpr std::string_view layer_separator = " >> ";

/// What stands at a place of a list of layers, in the words that networks are written in. The list may be a file's, and
/// not end its branches.
inline std::string words_at(const std::vector<std::string>& layers, std::size_t at, bool from_file) {
    constexpr std::string_view joins[] = {"residual", "add", "concat", "multiply"};
    const auto is_join = [&](const std::string& each) { return std::ranges::find(joins, each) != std::end(joins); };
    if (at >= layers.size()) return "the end of the network";
    const bool begins = layers[at] == layer::fork::kind, goes_on = layers[at] == layer::next_branch::kind;
    if (is_join(layers[at])) return "the end of " + layers[at] + "(...)";
    if (!begins && !goes_on) return from_file ? io::quoted(layers[at]) : layers[at];
    std::size_t depth = 0;
    for (std::size_t l = at + 1; l < layers.size(); ++l) {
        if (layers[l] == layer::fork::kind) ++depth;
        if (!is_join(layers[l]) || depth-- > 0) continue;
        const bool is_shortcut = layers[l] == "residual" && l == at + 1;  // which the user has not written
        return (begins ? "" : is_shortcut ? "the end of " : "the next branch of ") + layers[l] + "(...)";
    }
    return "branches";
}

/// Refuses a file whose metadata name other layers; the first that differs, by its index.
inline void check_layers(const std::string& file, const safetensors_header& header, std::uint64_t expected,
                         const std::vector<std::string>& layers) {
    const std::string* const found = header.find(fingerprint_key);
    if (found == nullptr || *found == hexadecimal(expected)) return;
    std::vector<std::string> stored;
    if (const std::string* const list = header.find(layers_key))
        for (std::size_t from = 0; from < list->size();) {
            const std::size_t end = std::min(list->find(layer_separator, from), list->size());
            stored.push_back(list->substr(from, end - from));
            from = end + layer_separator.size();
        }
    std::size_t number = 0;  // as a user counts: what only shapes the list is no layer
    for (std::size_t l = 0; l < std::max(stored.size(), layers.size()) && !stored.empty(); ++l) {
        if (l >= layers.size() || l >= stored.size() || layers[l] != stored[l])
            throw error(file, tensor_name{"metadata, layer " + std::to_string(number)}, words_at(layers, l, false),
                        words_at(stored, l, true));
        number += layers[l] != layer::fork::kind && layers[l] != layer::next_branch::kind;
    }
    throw error(file, tensor_name{"metadata"}, "the fingerprint " + hexadecimal(expected) + " of the network",
                io::quoted(*found));
}

template <Network Net>
safetensors_header network_header() {
    std::string layers;
    for (const std::string& each : layer_names<Net>())
        layers.append(layers.empty() ? "" : layer_separator).append(each);
    safetensors_header header;
    header.metadata = {{"format", "pt"},
                       {std::string(fingerprint_key), hexadecimal(fingerprint<Net>)},
                       {std::string(layers_key), layers}};
    return header;
}

/// Adds a tensor after those that the header has.
inline void append(safetensors_header& header, std::string name, std::string_view type,
                   std::vector<std::size_t> shape) {
    const auto known = std::ranges::find(safetensors_types, type, &safetensors_type::name);
    const std::uint64_t at = header.tensors.empty() ? 0 : header.tensors.back().end;
    std::uint64_t bytes = known->bytes;
    for (const std::size_t extent : shape) bytes *= extent;
    header.tensors.push_back({std::move(name), *known, std::move(shape), at, at + bytes});
}

template <class Scalar>
inline constexpr std::string_view type_of_scalar = sizeof(Scalar) == 4 ? "F32" : "F64";

/// Numbers in the file's byte order.
template <class Scalar, class File>
void write_numbers(File& file, std::span<const Scalar> numbers) {
    if constexpr (std::endian::native == std::endian::little) {
        file.write(numbers.data(), numbers.size_bytes());
    } else {
        for (const Scalar each : numbers) {
            auto bytes = std::bit_cast<std::array<unsigned char, sizeof(Scalar)>>(each);
            std::ranges::reverse(bytes);
            file.write(bytes.data(), bytes.size());
        }
    }
}

}  // namespace detail

/// Parameters from a safetensors file (F32, F64, F16 or BF16): each tensor by its name in PyTorch's state_dict of the
/// matching nn.Sequential, or as `names` says, and of exactly the network's shape. A file that save() wrote must come
/// from the same layers, and a checkpoint be undamaged. Whatever does not fit is an io::error that names file, layer
/// and tensor, what was expected and what was found; the parameters then keep what they were.
template <Network Net, class Scalar, class Storage>
void load(parameters<Net, Scalar, Storage>& to, const std::filesystem::path& path, const tensor_names& names = {},
          const load_options& options = {}) {
    input_file file(path);
    const detail::safetensors_header header = detail::read_safetensors_header(file);
    if (std::ranges::find(header.tensors, detail::checksum_name, &detail::safetensors_entry::name) !=
        header.tensors.end())
        detail::check_checksum(file, header);
    if (options.check_topology) detail::check_layers(file.name(), header, fingerprint<Net>, layer_names<Net>());
    const std::vector<named_tensor> wanted = tensors_of<Net, Scalar>(names);
    const auto matches = detail::match_tensors(file.name(), header, wanted, [&](std::string_view name) {
        return options.allow_surplus || detail::is_batch_counter(wanted, name) ||
               detail::is_of_checkpoint(wanted, name);
    });
    std::vector<Scalar> read(to.data(), to.data() + to.size());
    detail::read_matches(file, header, std::span(matches), options.allow_non_finite, read.data());
    std::ranges::copy(read, to.data());
}

/// Writes parameters as a safetensors file that load() and PyTorch users read, with the names that load() expects. The
/// file appears only when it is complete; an io::error leaves what was there before.
template <Network Net, class Scalar, class Storage>
void save(const parameters<Net, Scalar, Storage>& from, const std::filesystem::path& path,
          const tensor_names& names = {}) {
    detail::safetensors_header header = detail::network_header<Net>();
    const std::vector<named_tensor> tensors = tensors_of<Net, Scalar>(names);
    for (const named_tensor& each : tensors)
        detail::append(header, each.name, detail::type_of_scalar<Scalar>, each.shape);
    output_file file(path);
    file.write(detail::safetensors_start(header));
    for (const named_tensor& each : tensors)
        detail::write_numbers(file, std::span<const Scalar>(from.data() + each.offset, each.size));
    file.commit();
}

/// Any other call says what load and save take.
template <class First, class... Rest>
    requires(!espalier::detail::Parameters<First>)
auto load(const First&, const Rest&...)
    -> diagnostics::load_of_what<diagnostics::receives<diagnostics::name_of<First>>>;
template <class Net, class Scalar, class Storage>
auto load(const parameters<Net, Scalar, Storage>&, const std::filesystem::path&, const tensor_names& = {},
          const load_options& = {}) -> diagnostics::load_into_constant<diagnostics::receives<>>;
template <class First, class... Rest>
    requires(!espalier::detail::Parameters<First>)
auto save(const First&, const Rest&...)
    -> diagnostics::save_of_what<diagnostics::receives<diagnostics::name_of<First>>>;

}  // namespace espalier::io
