// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <span>

#include <espalier/core/lanes.hpp>

/// Where a flat vector of scalars lives is the caller's choice: on the heap (allocated once, on construction),
/// in place (static storage, the stack, a member), in memory that somebody else owns, or in the program's constants.
namespace espalier::storage {

/// Owns Size scalars on the heap, zeroed, aligned to a cache line. Copies are deep; what was moved from is empty and
/// takes a new value by assignment only.
template <class Scalar, std::size_t Size>
class heap {
public:
    static constexpr std::size_t size = Size;

    heap() : memory_(allocate()) { std::fill_n(memory_.get(), Size, Scalar{}); }
    heap(const heap& other) : memory_(other.memory_ ? allocate() : nullptr) {
        if (memory_) std::copy_n(other.data(), Size, memory_.get());
    }
    heap(heap&&) noexcept = default;
    heap& operator=(const heap& other) {
        if (this != &other) *this = heap(other);
        return *this;
    }
    heap& operator=(heap&&) noexcept = default;
    ~heap() = default;

    Scalar* data() { return std::assume_aligned<alignment>(memory_.get()); }
    const Scalar* data() const { return std::assume_aligned<alignment>(memory_.get()); }

private:
    struct release {
        void operator()(Scalar* pointer) const { ::operator delete(pointer, std::align_val_t{alignment}); }
    };
    using pointer = std::unique_ptr<Scalar[], release>;

    static pointer allocate() {
        return pointer(static_cast<Scalar*>(
            ::operator new(std::max<std::size_t>(Size, 1) * sizeof(Scalar), std::align_val_t{alignment})));
    }

    pointer memory_;
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
