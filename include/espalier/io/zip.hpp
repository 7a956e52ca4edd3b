// SPDX-License-Identifier: MIT
#pragma once

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <espalier/io/file.hpp>

/// As much of zip archives (PKWARE, APPNOTE.TXT 6.3) as npz needs: members stored or deflated, below 4 GiB, checked
/// strictly. What inflates and sums is zlib.
namespace espalier::io::detail {

struct zip_member {
    std::string name;
    unsigned method = 0;  // 0 stored, 8 deflated
    std::uint32_t checksum = 0;
    std::uint64_t packed = 0, size = 0;
    std::uint64_t at = 0;  // of the local header
};

/// A member's bytes, read as if they were a file.
class member_file {
public:
    member_file(std::string archive, std::string name, std::vector<unsigned char> bytes)
        : archive_(std::move(archive)), name_(std::move(name)), bytes_(std::move(bytes)) {}

    std::uint64_t offset() const { return offset_; }
    std::uint64_t remaining() const { return bytes_.size() - offset_; }
    std::size_t read_some(void* to, std::size_t count) {
        count = std::min(count, bytes_.size() - offset_);
        if (count > 0) std::memcpy(to, bytes_.data() + offset_, count);
        offset_ += count;
        return count;
    }
    void read(void* to, std::size_t count, std::string_view what) {
        if (count > remaining())
            fail(offset_, std::to_string(count) + " bytes of " + std::string(what), std::to_string(remaining()));
        read_some(to, count);
    }
    [[noreturn]] void fail(std::uint64_t at, std::string_view expected, std::string_view found) const {
        throw error(archive_, tensor_name{"member " + io::quoted(name_) + ", byte " + std::to_string(at)}, expected,
                    found);
    }

private:
    std::string archive_, name_;
    std::vector<unsigned char> bytes_;
    std::size_t offset_ = 0;
};

class zip_reader {
public:
    explicit zip_reader(input_file& file) : file_(file) {
        read_directory();
        check_places();
    }

    const std::vector<zip_member>& members() const { return members_; }

    /// The member's bytes, inflated, and as its checksum says.
    member_file open(const zip_member& member) {
        file_.seek(data_of(member));
        std::vector<unsigned char> packed(static_cast<std::size_t>(member.packed));
        file_.read(packed.data(), packed.size(), "a member");
        std::vector<unsigned char> bytes = member.method == 0 ? std::move(packed) : inflated(member, packed);
        const auto sum = bytes.empty() ? 0 : ::crc32_z(0, bytes.data(), bytes.size());
        if (sum != member.checksum)
            refuse(member, "the checksum " + std::to_string(member.checksum), std::to_string(sum));
        return {file_.name(), member.name, std::move(bytes)};
    }

private:
    [[noreturn]] void refuse(const zip_member& member, std::string_view expected, std::string_view found) const {
        throw error(file_.name(), tensor_name{"member " + io::quoted(member.name)}, expected, found);
    }

    static std::uint32_t number(const unsigned char* bytes, std::size_t count) {
        std::uint32_t value = 0;
        while (count-- > 0) value = value << 8 | bytes[count];
        return value;
    }

    static std::string first_bytes(const unsigned char* record) {
        return io::quoted({reinterpret_cast<const char*>(record), 4});
    }

    /// The record at the end, behind which stands only its own comment.
    std::array<unsigned char, 22> find_end() {
        constexpr std::size_t record = 22, longest_comment = 65535;
        std::vector<unsigned char> tail(
            static_cast<std::size_t>(std::min<std::uint64_t>(file_.size(), record + longest_comment)));
        file_.seek(file_.size() - tail.size());
        file_.read(tail.data(), tail.size(), "the end of a zip archive");
        for (std::size_t comment = 0; comment + record <= tail.size(); ++comment) {
            const unsigned char* const here = tail.data() + tail.size() - comment - record;
            if (std::memcmp(here, "PK\5\6", 4) != 0 || number(here + 20, 2) != comment) continue;
            end_at_ = file_.size() - comment - record;
            std::array<unsigned char, record> found;
            std::copy_n(here, record, found.begin());
            return found;
        }
        file_.fail(0, "a zip archive, which ends with its directory", "none within the last bytes");
    }

    void read_directory() {
        const auto end = find_end();
        const std::uint32_t count = number(&end[10], 2), size = number(&end[12], 4);
        directory_at_ = number(&end[16], 4);
        if (number(&end[4], 4) != 0 || number(&end[8], 2) != count || count == 0xffff || size == 0xffffffff)
            file_.fail(end_at_, "one archive below 4 GiB", "one of several disks, or a larger one");
        if (directory_at_ + size != end_at_)
            file_.fail(end_at_,
                       "a directory of " + std::to_string(end_at_ - std::min(end_at_, directory_at_)) + " bytes",
                       std::to_string(size) + " from " + std::to_string(directory_at_) + " on");
        file_.seek(directory_at_);
        std::set<std::string> names;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint64_t at = file_.offset();
            std::array<unsigned char, 46> entry;
            file_.read(entry.data(), entry.size(), "the directory");
            if (std::memcmp(entry.data(), "PK\1\2", 4) != 0)
                file_.fail(at, "an entry of the directory, which begins with 'PK\\x01\\x02'",
                           first_bytes(entry.data()));
            zip_member member;
            member.name.resize(number(&entry[28], 2));
            file_.read(member.name.data(), member.name.size(), "a member's name");
            const std::uint64_t next = file_.offset() + number(&entry[30], 2) + number(&entry[32], 2);
            if (next > end_at_) file_.fail(at, "entries within the directory", "one that ends behind it");
            file_.seek(next);
            member.method = number(&entry[10], 2);
            member.checksum = number(&entry[16], 4);
            member.packed = number(&entry[20], 4);
            member.size = number(&entry[24], 4);
            member.at = number(&entry[42], 4);
            if ((number(&entry[8], 2) & 1) != 0 || (member.method != 0 && member.method != 8))
                refuse(member, "stored or deflated bytes", "encrypted ones or method " + std::to_string(member.method));
            // Deflate makes at most 1032 bytes of one.
            if (member.method == 0 ? member.size != member.packed : member.size > 1032 * member.packed)
                refuse(member, "a size that " + std::to_string(member.packed) + " bytes can have",
                       std::to_string(member.size));
            if (!names.insert(member.name).second) refuse(member, "each name once", "it again");
            members_.push_back(std::move(member));
        }
        if (file_.offset() != end_at_) file_.fail(file_.offset(), "the end of the directory", "more bytes");
    }

    /// Where the member's bytes begin: its local header repeats the name.
    std::uint64_t data_of(const zip_member& member) {
        file_.seek(std::min(member.at, file_.size()));
        std::array<unsigned char, 30> header;
        file_.read(header.data(), header.size(), "a member's header");
        const std::string expected = "its header at byte " + std::to_string(member.at);
        if (std::memcmp(header.data(), "PK\3\4", 4) != 0) refuse(member, expected, first_bytes(header.data()));
        std::string name(number(&header[26], 2), '\0');
        file_.read(name.data(), name.size(), "a member's name");
        if (name != member.name) refuse(member, expected, "one of " + io::quoted(name));
        return file_.offset() + number(&header[28], 2);
    }

    /// No byte belongs to two members, and none to a member and the directory.
    void check_places() {
        std::vector<const zip_member*> order;
        for (const zip_member& each : members_) order.push_back(&each);
        std::ranges::sort(order, {}, &zip_member::at);
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::uint64_t end = data_of(*order[i]) + order[i]->packed;
            const std::uint64_t limit = i + 1 < order.size() ? order[i + 1]->at : directory_at_;
            if (end > limit)
                refuse(*order[i], "its end at byte " + std::to_string(limit) + " at most", std::to_string(end));
        }
    }

    std::vector<unsigned char> inflated(const zip_member& member, std::vector<unsigned char>& packed) const {
        std::vector<unsigned char> bytes(static_cast<std::size_t>(member.size) +
                                         1);  // one more: never null, and a trap
        ::z_stream stream{};
        if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
        stream.next_in = packed.data();
        stream.avail_in = static_cast<unsigned>(packed.size());
        stream.next_out = bytes.data();
        stream.avail_out =
            static_cast<unsigned>(std::min<std::size_t>(bytes.size(), std::numeric_limits<unsigned>::max()));
        const int result = ::inflate(&stream, Z_FINISH);
        const std::uint64_t made = stream.total_out, used = stream.total_in;
        ::inflateEnd(&stream);
        if (result != Z_STREAM_END || made != member.size || used != member.packed)
            refuse(member, std::to_string(member.size) + " bytes, deflated to " + std::to_string(member.packed),
                   result == Z_STREAM_END ? std::to_string(made) + " from " + std::to_string(used) : "damaged ones");
        bytes.pop_back();
        return bytes;
    }

    input_file& file_;
    std::vector<zip_member> members_;
    std::uint64_t end_at_ = 0, directory_at_ = 0;
};

/// Writes an archive of stored members.
class zip_writer {
public:
    explicit zip_writer(const std::filesystem::path& path) : name_(path.string()), file_(path) {}

    void add(const std::string& name, std::string_view bytes) {
        const auto sum = static_cast<std::uint32_t>(
            ::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
        if (bytes.size() + name.size() + at_ > 0xf0000000u || name.size() > 0xffff || count_ == 0xfffe)
            throw error(name_, tensor_name{"member " + io::quoted(name)}, "an archive below 4 GiB", "a larger one");
        // Version 2.0, the name in UTF-8, stored, 1 January 1980: the same bytes for the same numbers.
        std::string common;
        for (const unsigned value : {20u, 0x800u, 0u, 0u, 0x21u}) append(common, value, 2);
        append(common, sum, 4);
        append(common, static_cast<std::uint32_t>(bytes.size()), 4);
        append(common, static_cast<std::uint32_t>(bytes.size()), 4);
        append(common, static_cast<std::uint32_t>(name.size()), 2);
        append(common, 0, 2);
        directory_ += "PK\1\2";
        append(directory_, 20, 2);
        directory_ += common + std::string(10, '\0');
        append(directory_, at_, 4);
        directory_ += name;
        write("PK\3\4" + common + name);
        write(bytes);
        ++count_;
    }

    void commit() {
        std::string end = "PK\5\6" + std::string(4, '\0');
        append(end, count_, 2);
        append(end, count_, 2);
        append(end, static_cast<std::uint32_t>(directory_.size()), 4);
        append(end, at_, 4);
        append(end, 0, 2);
        file_.write(directory_);
        file_.write(end);
        file_.commit();
    }

private:
    static void append(std::string& to, std::uint32_t value, std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i) to += static_cast<char>(value >> 8 * i & 0xff);
    }
    void write(std::string_view bytes) {
        file_.write(bytes);
        at_ += static_cast<std::uint32_t>(bytes.size());
    }

    std::string name_;
    output_file file_;
    std::string directory_;
    std::uint32_t at_ = 0, count_ = 0;
};

}  // namespace espalier::io::detail
