// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <espalier/io/element.hpp>
#include <espalier/io/file.hpp>
#include <nlohmann/json.hpp>

/// What stands before the data of a safetensors file (https://github.com/huggingface/safetensors, "Format").
namespace espalier::io {

namespace detail {

struct safetensors_type {
    std::string_view name;
    std::size_t bytes;
};
inline constexpr std::array<safetensors_type, 15> safetensors_types{{{"F32", 4},
                                                                     {"F64", 8},
                                                                     {"F16", 2},
                                                                     {"BF16", 2},
                                                                     {"I64", 8},
                                                                     {"I32", 4},
                                                                     {"I16", 2},
                                                                     {"I8", 1},
                                                                     {"U64", 8},
                                                                     {"U32", 4},
                                                                     {"U16", 2},
                                                                     {"U8", 1},
                                                                     {"BOOL", 1},
                                                                     {"F8_E4M3", 1},
                                                                     {"F8_E5M2", 1}}};

struct safetensors_entry {
    std::string name;
    safetensors_type type{};
    std::vector<std::size_t> shape;
    std::uint64_t begin = 0, end = 0;  // from the start of the data
};

struct safetensors_header {
    std::vector<safetensors_entry> tensors;  // in the order of the data
    std::vector<std::pair<std::string, std::string>> metadata;

    const std::string* find(std::string_view key) const {
        for (const auto& [name, value] : metadata)
            if (name == key) return &value;
        return nullptr;
    }
};

/// Takes the events of nlohmann's parser; whatever is not the format's one shape of JSON is an error that names the
/// tensor. Nothing is kept that the text does not hold.
class safetensors_builder {
public:
    explicit safetensors_builder(const input_file& file) : file_(file) {}

    safetensors_header header;

    bool start_object(std::size_t) {
        if (depth_ == 2 || in_array_) refuse("a plain value", "an object");
        if (++depth_ == 1) return true;
        in_metadata_ = key_ == "__metadata__";
        field_ = none;
        if (!in_metadata_) {
            header.tensors.emplace_back().name = key_;
            seen_ = 0;
        }
        return true;
    }
    bool key(std::string& name) {
        if (depth_ == 1) {
            key_ = name;
            if (!names_.insert(name).second) refuse("each name once", "it again");
        } else if (in_metadata_) {
            if (!metadata_keys_.insert(name).second) refuse("each key once", io::quoted(name) + " again");
            header.metadata.emplace_back(name, "");
        } else {
            field_ = name == "dtype" ? dtype : name == "shape" ? shape : name == "data_offsets" ? offsets : none;
            if (field_ == none || (seen_ & field_) != 0)
                refuse("the keys 'dtype', 'shape' and 'data_offsets', once each", io::quoted(name));
            seen_ |= field_;
        }
        return true;
    }
    bool end_object() {
        if (--depth_ == 1 && !in_metadata_) finish_tensor();
        return true;
    }
    bool start_array(std::size_t) {
        if (depth_ != 2 || in_metadata_ || in_array_ || (field_ != shape && field_ != offsets))
            refuse(wanted(), "an array");
        in_array_ = true;
        numbers_ = 0;
        return true;
    }
    bool end_array() {
        in_array_ = false;
        if (field_ == offsets && numbers_ != 2) refuse("two data_offsets", std::to_string(numbers_));
        return true;
    }
    bool string(std::string& value) {
        if (depth_ == 2 && in_metadata_) {
            header.metadata.back().second = value;
            return true;
        }
        if (depth_ != 2 || field_ != dtype) refuse(wanted(), io::quoted(value));
        const auto known = std::ranges::find(safetensors_types, value, &safetensors_type::name);
        if (known == safetensors_types.end())
            refuse("a dtype of the format (F32, F64, F16, BF16, I64, …)", io::quoted(value));
        header.tensors.back().type = *known;
        return true;
    }
    bool number_unsigned(std::uint64_t value) {
        if (!in_array_) refuse(wanted(), std::to_string(value));
        safetensors_entry& tensor = header.tensors.back();
        ++numbers_;
        if (field_ == shape)
            tensor.shape.push_back(value);
        else
            (numbers_ == 1 ? tensor.begin : tensor.end) = value;
        return true;
    }
    bool number_integer(std::int64_t value) { return refuse(wanted(), std::to_string(value)); }
    bool number_float(double, const std::string& text) { return refuse(wanted(), text); }
    bool null() { return refuse(wanted(), "null"); }
    bool boolean(bool) { return refuse(wanted(), "a truth value"); }
    template <class Bytes>
    bool binary(Bytes&) {
        return refuse(wanted(), "bytes");
    }
    template <class Exception>
    bool parse_error(std::size_t position, const std::string& token, const Exception&) {
        file_.fail(8 + (position > 0 ? position - 1 : 0), "JSON",
                   token.empty() ? "the end of the header" : io::quoted(token));
    }

private:
    enum field : unsigned { none = 0, dtype = 1, shape = 2, offsets = 4 };

    [[noreturn]] bool refuse(std::string_view expected, std::string_view found) const {
        throw error(file_.name(), tensor_name{depth_ == 0 ? "header" : "tensor " + io::quoted(key_)}, expected, found);
    }

    std::string wanted() const {
        if (depth_ == 0) return "an object of tensors";
        if (depth_ == 1) return "an object with 'dtype', 'shape' and 'data_offsets'";
        if (in_metadata_) return "strings";
        return field_ == dtype ? "a dtype" : in_array_ ? "a whole number below 2^64" : "an array of numbers";
    }

    void finish_tensor() const {
        const safetensors_entry& tensor = header.tensors.back();
        if (seen_ != (dtype | shape | offsets)) refuse("'dtype', 'shape' and 'data_offsets'", "fewer of them");
        const auto bytes = bytes_of(tensor.shape, tensor.type.bytes);
        if (!bytes) refuse("a shape that memory can hold", shape_text(tensor.shape));
        if (tensor.begin > tensor.end || tensor.end - tensor.begin != *bytes)
            refuse(std::to_string(*bytes) + " bytes of " + std::string(tensor.type.name) + " for shape " +
                       shape_text(tensor.shape),
                   "data_offsets " + std::to_string(tensor.begin) + " to " + std::to_string(tensor.end));
    }

    const input_file& file_;
    std::set<std::string, std::less<>> names_, metadata_keys_;
    std::string key_;
    int depth_ = 0;
    bool in_metadata_ = false, in_array_ = false;
    unsigned seen_ = 0;
    field field_ = none;
    std::size_t numbers_ = 0;
};

/// Puts the tensors in the order of their data and refuses holes, overlaps, and what the file does not hold.
inline void check_safetensors_offsets(const input_file& file, safetensors_header& header) {
    std::ranges::sort(header.tensors, {},
                      [](const safetensors_entry& each) { return std::pair(each.begin, each.end); });
    std::uint64_t at = 0;
    for (const safetensors_entry& tensor : header.tensors) {
        if (tensor.begin != at)
            throw error(file.name(), tensor_name{"tensor " + io::quoted(tensor.name)},
                        "data from offset " + std::to_string(at) + " on, where the tensor before it ends",
                        std::to_string(tensor.begin));
        at = tensor.end;
    }
    const std::uint64_t there = file.remaining();
    for (const safetensors_entry& tensor : header.tensors)
        if (tensor.end > there)
            throw error(file.name(), tensor_name{"tensor " + io::quoted(tensor.name)},
                        std::to_string(tensor.end - tensor.begin) + " bytes of data",
                        std::to_string(there - std::min(there, tensor.begin)) + " before the end of the file");
    if (at != there) file.fail(file.offset(), std::to_string(at) + " bytes of data", std::to_string(there));
}

/// The checked header of a file, which is left at its first byte of data.
inline safetensors_header read_safetensors_header(input_file& file) {
    constexpr std::uint64_t most = 100'000'000;  // as the format's own reader
    std::array<unsigned char, 8> start{};
    file.read(start.data(), start.size(), "header length");
    std::uint64_t length = 0;
    for (std::size_t i = start.size(); i-- > 0;) length = length << 8 | start[i];
    if (length > most || length > file.remaining())
        file.fail(0, "a header of at most " + std::to_string(std::min(most, file.remaining())) + " bytes",
                  std::to_string(length));
    std::string text(static_cast<std::size_t>(length), '\0');
    file.read(text.data(), text.size(), "header");
    if (!text.starts_with('{'))
        file.fail(8, "'{'", text.empty() ? "the end of the header" : io::quoted(text.substr(0, 8)));
    safetensors_builder builder(file);
    nlohmann::json::sax_parse(text, &builder);
    check_safetensors_offsets(file, builder.header);
    return std::move(builder.header);
}

/// The bytes before the data; padded, so that the data begin on a multiple of 8.
inline std::string safetensors_start(const safetensors_header& header) {
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [key, value] : header.metadata) json["__metadata__"][key] = value;
    for (const safetensors_entry& tensor : header.tensors) {
        nlohmann::json& entry = json[tensor.name];
        entry["dtype"] = tensor.type.name;
        entry["shape"] = tensor.shape;
        entry["data_offsets"] = {tensor.begin, tensor.end};
    }
    std::string text = json.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string start;
    for (int byte = 0; byte < 8; ++byte) start += static_cast<char>(text.size() >> 8 * byte & 0xff);
    return start + text;
}

}  // namespace detail

}  // namespace espalier::io
