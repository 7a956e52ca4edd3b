// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <espalier/io/error.hpp>

namespace espalier::io {

namespace detail {

struct close_file {
    void operator()(std::FILE* handle) const { std::fclose(handle); }
};
using file_handle = std::unique_ptr<std::FILE, close_file>;

[[gnu::cold]] inline std::string system_message(int code) { return std::generic_category().message(code); }

}  // namespace detail

/// A regular file open for reading from its start. Its size is known before the first byte is read, so that
/// nothing is allocated for data that is not there. Every failure is an io::error.
class input_file {
public:
    explicit input_file(const std::filesystem::path& path) : name_(path.string()) {
        // Asked before opening: opening a pipe would wait for its other end.
        std::error_code code;
        const auto status = std::filesystem::status(path, code);
        if (!std::filesystem::exists(status)) fail(0, "a file", detail::system_message(code ? code.value() : ENOENT));
        if (!std::filesystem::is_regular_file(status)) fail(0, "a regular file", "a directory or device");
        size_ = std::filesystem::file_size(path, code);
        if (code) fail(0, "a readable file", code.message());
        handle_.reset(std::fopen(name_.c_str(), "rb"));
        if (!handle_) fail(0, "a readable file", detail::system_message(errno));
    }

    const std::string& name() const { return name_; }
    std::uint64_t size() const { return size_; }
    std::uint64_t offset() const { return offset_; }
    std::uint64_t remaining() const { return size_ - offset_; }

    /// Reads up to `count` bytes; fewer only at the end of the file.
    std::size_t read_some(void* to, std::size_t count) {
        if (count > remaining()) count = static_cast<std::size_t>(remaining());
        const std::size_t got = std::fread(to, 1, count, handle_.get());
        offset_ += got;
        if (got < count) fail(offset_, text_of({count - got, " more bytes"}), "a read error or a shrunken file");
        return got;
    }

    /// Reads exactly `count` bytes of `what`, or fails without having read any.
    void read(void* to, std::size_t count, std::string_view what) {
        if (count > remaining()) {
            fail(offset_, text_of({count, " bytes of ", what}),
                 text_of({remaining(), " bytes before the end of the file"}));
        }
        read_some(to, count);
    }

    /// Goes on at another byte, of those that are there.
    void seek(std::uint64_t to) {
        if (to > size_ || ::fseeko(handle_.get(), static_cast<off_t>(to), SEEK_SET) != 0)
            fail(to, "a byte of the file", text_of({"a file of ", size_, " bytes"}));
        offset_ = to;
    }

    [[noreturn, gnu::cold]] void fail(std::uint64_t at, std::string_view expected, std::string_view found) const {
        throw error(name_, byte_offset{at}, expected, found);
    }

private:
    std::string name_;
    detail::file_handle handle_;
    std::uint64_t size_ = 0;
    std::uint64_t offset_ = 0;
};

/// A file that appears complete or not at all: written beside its name as `<name>.partial`, and renamed by commit().
/// Without commit() it vanishes, and an older file of that name stays as it was.
class output_file {
public:
    explicit output_file(const std::filesystem::path& path) : target_(path), partial_(path) {
        partial_ += ".partial";
        handle_.reset(std::fopen(partial_.string().c_str(), "wb"));
        if (!handle_) fail("a writable file", detail::system_message(errno));
    }
    output_file(const output_file&) = delete;
    output_file& operator=(const output_file&) = delete;
    ~output_file() {
        if (committed_) return;
        handle_.reset();
        std::error_code ignored;
        std::filesystem::remove(partial_, ignored);
    }

    void write(const void* from, std::size_t count) {
        const std::size_t done = std::fwrite(from, 1, count, handle_.get());
        offset_ += done;
        if (done < count) fail(text_of({"room for ", count - done, " bytes"}), detail::system_message(errno));
    }
    void write(std::string_view text) { write(text.data(), text.size()); }

    void commit() {
        if (std::fclose(handle_.release()) != 0) fail("room for the last bytes", detail::system_message(errno));
        std::error_code code;
        std::filesystem::rename(partial_, target_, code);
        if (code) fail("a name that can be replaced", code.message());
        committed_ = true;
    }

    /// The same, on the disk before it returns: even if the power fails, the old file or the new one is there, whole.
    void commit_synced() {
        if (std::fflush(handle_.get()) != 0 || ::fsync(::fileno(handle_.get())) != 0)
            fail("room for the last bytes", detail::system_message(errno));
        commit();
        const std::filesystem::path folder = target_.has_parent_path() ? target_.parent_path() : ".";
        const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        // Some file systems cannot sync a folder, and say so by EINVAL.
        const bool synced = descriptor >= 0 && (::fsync(descriptor) == 0 || errno == EINVAL);
        const int code = errno;
        if (descriptor >= 0) ::close(descriptor);
        if (!synced) fail("a folder that can be synced", detail::system_message(code));
    }

private:
    [[noreturn, gnu::cold]] void fail(std::string_view expected, std::string_view found) const {
        throw error(target_.string(), byte_offset{offset_}, expected, found);
    }

    std::filesystem::path target_;
    std::filesystem::path partial_;
    detail::file_handle handle_;
    std::uint64_t offset_ = 0;
    bool committed_ = false;
};

}  // namespace espalier::io
