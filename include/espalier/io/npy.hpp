// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <espalier/io/element.hpp>
#include <espalier/io/error.hpp>
#include <espalier/io/file.hpp>
#include <espalier/io/npy_header.hpp>
#include <xtensor/xtensor.hpp>

/// NumPy's array files, formats 1.0 to 3.0.
/// xtensor/xnpy.hpp is not used: it allocates what the header claims, takes a truncated payload for data, ignores
/// surplus bytes and wants the keys in one order.
namespace espalier::io {

struct npy_options {
    bool allow_non_finite = false;  ///< NaN and infinity are numbers
};

namespace detail {

inline constexpr std::size_t decode_chunk = std::size_t{64} * 1024;

/// Moves consecutive values of a column-major array to their places in a row-major one.
class column_major_places {
public:
    explicit column_major_places(std::span<const std::size_t> shape)
        : shape_(shape), strides_(shape.size(), 1), index_(shape.size(), 0) {
        for (std::size_t axis = shape.size(); axis-- > 1;) strides_[axis - 1] = strides_[axis] * shape[axis];
    }

    template <class T>
    void scatter(std::span<const T> values, T* to) {
        for (const T value : values) {
            to[place_] = value;
            for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
                place_ += strides_[axis];
                if (++index_[axis] < shape_[axis]) break;
                place_ -= strides_[axis] * shape_[axis];
                index_[axis] = 0;
            }
        }
    }

private:
    std::span<const std::size_t> shape_;
    std::vector<std::size_t> strides_, index_;
    std::size_t place_ = 0;
};

/// Reads the payload into `to`, row-major, one bounded chunk after the other.
template <Element T, class File>
void read_npy_payload(File& file, const npy_header& header, const npy_options& options, T* to) {
    const std::size_t width = size_of(header.type);
    const auto chunk_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(file.remaining(), decode_chunk));
    const auto bytes = std::make_unique<unsigned char[]>(chunk_bytes);
    const auto values = std::make_unique<T[]>(header.fortran_order ? chunk_bytes / width : 0);
    column_major_places places(header.shape);
    while (file.remaining() > 0) {
        const std::uint64_t at = file.offset();
        const std::span<const unsigned char> chunk{bytes.get(), file.read_some(bytes.get(), chunk_bytes)};
        const std::size_t count = chunk.size() / width;
        T* const decoded = header.fortran_order ? values.get() : to;
        const std::size_t done = decode(header.type, std::endian::little, chunk, decoded);
        const std::size_t finite = options.allow_non_finite ? done : count_finite(std::span<const T>(decoded, done));
        if (finite < done) file.fail(at + finite * width, "a finite number", non_finite_text(decoded[finite]));
        if (done < count) {
            file.fail(at + done * width, text_of({"a value that ", name_of(element_of<T>), " can hold"}),
                      text_of({"another ", name_of(header.type)}));
        }
        if (header.fortran_order) {
            places.scatter(std::span<const T>(decoded, count), to);
        } else {
            to += count;
        }
    }
}

/// What stands before the data of an array in C order, format 1.0.
inline std::string npy_start(element type, std::span<const std::size_t> shape) {
    std::string header = "{'descr': '" + std::string(size_of(type) == 1 ? "|" : "<") + std::string(name_of(type)) +
                         "', 'fortran_order': False, 'shape': " + shape_text(shape) + ", }";
    // Magic, version and length take 10 bytes; the data start on a multiple of 64, as the format asks.
    header.append(63 - (10 + header.size()) % 64, ' ').append(1, '\n');
    const std::array<char, 4> version_and_length{1, 0, static_cast<char>(header.size() & 0xff),
                                                 static_cast<char>(header.size() >> 8)};
    return std::string(npy_magic) + std::string(version_and_length.data(), version_and_length.size()) + header;
}

}  // namespace detail

/// The array in an npy file, of any of the element types (little-endian), in C or Fortran order.
/// Integers may be read as integers that hold their values and as float or double (rounded to nearest);
/// float and double as each other, unless a finite value would become infinite; bool as anything.
/// Everything else is an io::error: other rank or kind, malformed header, missing or surplus bytes, and NaN or
/// infinity unless options.allow_non_finite.
template <Element T, std::size_t Rank>
xt::xtensor<T, Rank> load_npy(const std::filesystem::path& path, const npy_options& options = {}) {
    input_file file(path);
    const detail::npy_header header = detail::read_npy_header(file, element_of<T>, Rank);
    std::array<std::size_t, Rank> extents{};
    auto from = header.shape.begin();
    for (std::size_t& extent : extents) extent = *from++;
    xt::xtensor<T, Rank> result(extents);
    detail::read_npy_payload(file, header, options, result.data());
    return result;
}

/// Writes any xtensor expression as an npy file (format 1.0, little-endian, C order). The file appears only when
/// it is complete; an io::error leaves what was there before.
template <class Expression>
    requires Element<typename Expression::value_type>
void save_npy(const std::filesystem::path& path, const xt::xexpression<Expression>& expression) {
    using value_type = typename Expression::value_type;
    const Expression& values = expression.derived_cast();
    const std::vector<std::size_t> shape(values.shape().begin(), values.shape().end());
    output_file file(path);
    file.write(detail::npy_start(element_of<value_type>, shape));
    std::vector<unsigned char> chunk;
    chunk.reserve(detail::decode_chunk);
    for (auto value = values.template begin<xt::layout_type::row_major>(),
              end = values.template end<xt::layout_type::row_major>();
         value != end; ++value) {
        auto bytes = std::bit_cast<std::array<unsigned char, sizeof(value_type)>>(static_cast<value_type>(*value));
        if constexpr (std::endian::native == std::endian::big) std::reverse(bytes.begin(), bytes.end());
        chunk.insert(chunk.end(), bytes.begin(), bytes.end());
        if (chunk.size() == detail::decode_chunk) {
            file.write(chunk.data(), chunk.size());
            chunk.clear();
        }
    }
    file.write(chunk.data(), chunk.size());
    file.commit();
}

}  // namespace espalier::io
