// SPDX-License-Identifier: MIT
#pragma once

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <espalier/core/rarely.hpp>
#include <espalier/io/element.hpp>
#include <espalier/io/error.hpp>
#include <espalier/io/file.hpp>
#include <xtensor/xtensor.hpp>

/// The format of MNIST (Y. LeCun, C. Cortes, C. Burges): two zero bytes, a type, a rank, big-endian extents, data.
namespace espalier::io {

struct idx_options {
    double factor = 1;              ///< every value is multiplied by it: 1 / 255.0 for images
    bool allow_non_finite = false;  ///< NaN and infinity are numbers
};

namespace detail {

/// The bytes of a file, inflated on the way if it is gzip (told by its first two bytes, not by its name).
/// Offsets count the inflated bytes; those of gzip's own faults count the file's.
class inflating_file {
public:
    explicit inflating_file(const std::filesystem::path& path) : file_(path) {
        refill();
        gzip_ = input_.size() >= 2 && input_[0] == 0x1f && input_[1] == 0x8b;
        // 16: gzip's header, length and CRC-32 are required and checked.
        if (gzip_ && inflateInit2(&stream_, MAX_WBITS + 16) != Z_OK) throw std::bad_alloc();
    }
    inflating_file(const inflating_file&) = delete;
    inflating_file& operator=(const inflating_file&) = delete;
    ~inflating_file() {
        if (gzip_) inflateEnd(&stream_);
    }

    std::uint64_t offset() const { return offset_; }

    /// Reads up to to.size() bytes; fewer only at the end, once gzip's checksums have been found right.
    std::size_t read_some(std::span<unsigned char> to) {
        const std::size_t got = gzip_ ? inflate_some(to) : copy_some(to);
        offset_ += got;
        return got;
    }

    void read(std::span<unsigned char> to, std::string_view what) {
        const std::uint64_t at = offset_;
        const std::size_t got = read_some(to);
        if (got < to.size()) {
            fail(at, text_of({to.size(), " bytes of ", what}), text_of({got, " bytes before the end of the data"}));
        }
    }

    [[noreturn, gnu::cold]] void fail(std::uint64_t at, std::string_view expected, std::string_view found) const {
        throw error(file_.name(), byte_offset{at, gzip_}, expected, found);
    }

private:
    [[noreturn, gnu::cold]] void fail_gzip(std::string_view expected, std::string_view found) const {
        file_.fail(file_.offset() - input_.size(), expected, found);
    }

    void refill() {
        buffer_.resize(std::size_t{32} * 1024);
        input_ = {buffer_.data(), file_.read_some(buffer_.data(), buffer_.size())};
    }

    std::size_t copy_some(std::span<unsigned char> to) {
        std::size_t done = 0;
        while (done < to.size()) {
            if (input_.empty()) refill();
            if (input_.empty()) break;
            const std::size_t count = std::min(to.size() - done, input_.size());
            std::copy_n(input_.begin(), count, to.begin() + static_cast<std::ptrdiff_t>(done));
            input_ = input_.subspan(count);
            done += count;
        }
        return done;
    }

    std::size_t inflate_some(std::span<unsigned char> to) {
        std::size_t done = 0;
        while (done < to.size() && !ended_) {
            if (input_.empty()) refill();
            if (input_.empty()) fail_gzip("more gzip data", "the end of the file");
            // uInt may be narrower than size_t: inflate a bounded piece at a time.
            const auto room = static_cast<uInt>(std::min<std::size_t>(to.size() - done, 1u << 20));
            stream_.next_in = input_.data();
            stream_.avail_in = static_cast<uInt>(input_.size());
            stream_.next_out = to.data() + done;
            stream_.avail_out = room;
            const int status = inflate(&stream_, Z_NO_FLUSH);
            input_ = input_.last(stream_.avail_in);
            done += room - stream_.avail_out;
            if (status == Z_STREAM_END) {
                next_member();
            } else if (status == Z_MEM_ERROR) {
                throw std::bad_alloc();
            } else if (status != Z_OK) {
                fail_gzip("sound gzip data", stream_.msg != nullptr ? stream_.msg : "damaged data");
            }
        }
        return done;
    }

    /// A gzip file may be several, one after the other; anything else after the first is refused by inflate.
    void next_member() {
        if (input_.empty()) refill();
        if (input_.empty()) {
            ended_ = true;
        } else {
            inflateReset(&stream_);
        }
    }

    input_file file_;
    std::vector<unsigned char> buffer_;
    std::span<unsigned char> input_;
    z_stream stream_{};
    bool gzip_ = false;
    bool ended_ = false;
    std::uint64_t offset_ = 0;
};

inline std::optional<element> idx_element(unsigned char code) {
    switch (code) {
        case 0x08:
            return element::u1;
        case 0x09:
            return element::i1;
        case 0x0b:
            return element::i2;
        case 0x0c:
            return element::i4;
        case 0x0d:
            return element::f4;
        case 0x0e:
            return element::f8;
        default:
            return std::nullopt;
    }
}

/// Everything after the extents. Grows with the bytes that are really there, whatever the extents claim.
[[gnu::cold]] inline std::vector<unsigned char> read_idx_payload(inflating_file& file, std::size_t bytes) {
    std::vector<unsigned char> payload;
    const std::uint64_t start = file.offset();
    while (payload.size() < bytes) {
        const std::size_t had = payload.size();
        payload.resize(std::min(bytes, std::max(2 * had, std::size_t{64} * 1024)));
        const std::size_t got = file.read_some(std::span(payload).subspan(had));
        if (had + got < payload.size()) {
            file.fail(start, text_of({bytes, " bytes of data"}), text_of({had + got}));
        }
    }
    std::array<unsigned char, 1> surplus;
    if (file.read_some(surplus) > 0) file.fail(start + bytes, "the end of the data", "surplus bytes");
    return payload;
}

struct idx_contents {
    element type;
    std::vector<std::size_t> extents;
    std::uint64_t start;
    std::vector<unsigned char> payload;
};

/// A whole file that is sure to be of that rank and readable as that element.
[[gnu::cold]] inline idx_contents read_idx_contents(inflating_file& file, element wanted, std::size_t rank) {
    std::array<unsigned char, 4> magic{};
    file.read(magic, "IDX magic");
    if (magic[0] != 0 || magic[1] != 0) {
        file.fail(0, "the IDX magic: two zero bytes, a type and a rank",
                  quoted({reinterpret_cast<const char*>(magic.data()), magic.size()}));
    }
    const std::optional<element> type = idx_element(magic[2]);
    if (!type || !readable_as(wanted, *type)) {
        file.fail(2, text_of({"an IDX type that can be read as ", name_of(wanted)}),
                  type ? text_of({name_of(*type)}) : text_of({"type code ", magic[2]}));
    }
    if (magic[3] != rank) file.fail(3, text_of({"rank ", rank}), text_of({"rank ", magic[3]}));
    std::vector<std::size_t> extents(rank);
    for (std::size_t& extent : extents) {
        std::array<unsigned char, 4> big{};
        file.read(big, "IDX extents");
        extent = std::size_t{big[0]} << 24 | std::size_t{big[1]} << 16 | std::size_t{big[2]} << 8 | big[3];
    }
    const std::optional<std::size_t> bytes = bytes_of(extents, size_of(*type));
    if (!bytes) file.fail(4, "extents that memory can hold", shape_text(extents));
    const std::uint64_t start = file.offset();
    return {*type, std::move(extents), start, read_idx_payload(file, *bytes)};
}

template <Element T, std::size_t Rank>
xt::xtensor<T, Rank> read_idx(const std::filesystem::path& path, const idx_options& options) {
    inflating_file file(path);
    const idx_contents contents = espalier::detail::rarely<read_idx_contents>(file, element_of<T>, Rank);
    std::array<std::size_t, Rank> extents{};
    auto from = contents.extents.begin();
    for (std::size_t& extent : extents) extent = *from++;
    xt::xtensor<T, Rank> result(extents);
    const auto place = [&](std::size_t index) { return contents.start + index * size_of(contents.type); };
    const std::size_t done = decode(contents.type, std::endian::big, std::span(contents.payload), result.data());
    const auto check_finite = [&](const std::string& expected) {
        if (options.allow_non_finite) return;
        const std::size_t finite = count_finite(std::span<const T>(result.data(), done));
        if (finite < done) file.fail(place(finite), expected, non_finite_text(result.data()[finite]));
    };
    check_finite("a finite number");
    if (done < result.size()) {
        file.fail(place(done), text_of({"a value that ", name_of(element_of<T>), " can hold"}),
                  text_of({"another ", name_of(contents.type)}));
    }
    if constexpr (std::floating_point<T>) {
        if (options.factor != 1) {
            for (T& value : result) value = static_cast<T>(static_cast<double>(value) * options.factor);
            check_finite("a number that is finite after the factor");
        }
    }
    return result;
}

}  // namespace detail

/// The array in an IDX file, plain or gzip. Types convert as in load_npy. Wrong magic, type or rank, missing or
/// surplus bytes, damaged gzip (its checksum included), NaN and infinity are an io::error, whose offset counts the
/// inflated bytes; a claim of the header costs no memory before the data behind it have been seen.
template <Element T, std::size_t Rank>
xt::xtensor<T, Rank> load_idx(const std::filesystem::path& path) {
    return detail::read_idx<T, Rank>(path, {});
}

/// As above, with every value multiplied by options.factor, and NaN and infinity if they are allowed.
template <Element T, std::size_t Rank>
xt::xtensor<T, Rank> load_idx(const std::filesystem::path& path, const idx_options& options) {
    static_assert(std::floating_point<T>,
                  "load_idx scales into float or double only: ask for one, or leave out the options");
    return detail::read_idx<T, Rank>(path, options);
}

}  // namespace espalier::io
