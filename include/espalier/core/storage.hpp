// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include <espalier/core/lanes.hpp>

namespace espalier::detail {

/// Bytes on the heap, aligned to a cache line. One class for vectors of all sizes and scalars: compiling each apart
/// takes time.
class heap_bytes {
public:
    /// size bytes, zeroed.
    explicit heap_bytes(std::size_t size) : bytes_(allocate(size)) { std::memset(bytes_, 0, size); }
    /// The first size bytes of another, or nothing if it has none.
    heap_bytes(const heap_bytes& other, std::size_t size) {
        if (other.bytes_ == nullptr) return;
        bytes_ = allocate(size);
        std::memcpy(bytes_, other.bytes_, size);
    }
    heap_bytes(heap_bytes&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}
    heap_bytes& operator=(heap_bytes&& other) noexcept {
        heap_bytes taken(std::move(other));
        std::swap(bytes_, taken.bytes_);
        return *this;
    }
    ~heap_bytes() { ::operator delete(bytes_, std::align_val_t{alignment}); }

    void* data() const { return bytes_; }

private:
    static void* allocate(std::size_t size) {
        return ::operator new(std::max<std::size_t>(size, 1), std::align_val_t{alignment});
    }

    void* bytes_ = nullptr;
};

}  // namespace espalier::detail

/// Where a flat vector of scalars lives is the caller's choice: on the heap (allocated once, on construction),
/// in place (static storage, the stack, a member), in memory that somebody else owns, or in the program's constants.
namespace espalier::storage {

/// Owns Size scalars on the heap, zeroed, aligned to a cache line. Copies are deep; what was moved from is empty and
/// takes a new value by assignment only.
template <class Scalar, std::size_t Size>
class heap {
public:
    static constexpr std::size_t size = Size;

    heap() : memory_(Size * sizeof(Scalar)) {}
    heap(const heap& other) : memory_(other.memory_, Size * sizeof(Scalar)) {}
    heap(heap&&) noexcept = default;
    heap& operator=(const heap& other) {
        if (this != &other) *this = heap(other);
        return *this;
    }
    heap& operator=(heap&&) noexcept = default;
    ~heap() = default;

    Scalar* data() { return std::assume_aligned<alignment>(static_cast<Scalar*>(memory_.data())); }
    const Scalar* data() const { return std::assume_aligned<alignment>(static_cast<const Scalar*>(memory_.data())); }

private:
    detail::heap_bytes memory_;
};

/// Holds Size scalars in the object itself, zeroed. Usable as a constant.
template <class Scalar, std::size_t Size>
class in_place {
public:
    static constexpr std::size_t size = Size;

    constexpr Scalar* data() { return values_; }
    constexpr const Scalar* data() const { return values_; }

private:
    alignas(alignment) Scalar values_[Size == 0 ? 1 : Size] = {};
};

/// Refers to Size scalars that the caller owns and keeps alive: shared memory, a mapped file, another vector.
/// Read-only memory goes in as view<const Scalar, Size>. For parameters and gradients it starts out zeroed: the gaps
/// between tensors are never written.
template <class Scalar, std::size_t Size>
class view {
public:
    static constexpr std::size_t size = Size;

    explicit view(std::span<Scalar, Size> values) : values_(values.data()) {}

    Scalar* data() const { return values_; }

private:
    Scalar* values_;
};

/// Refers to a constant array with a name, such as io::save_header writes: it stays where the linker puts it, in
/// read-only memory or flash, and the object itself holds nothing. Aligned as `alignas(alignment)` says.
template <const auto& Values>
class constant {
public:
    static constexpr std::size_t size = std::size(Values);

    constexpr auto* data() const { return std::data(Values); }
};

}  // namespace espalier::storage
