// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <espalier/run/rows.hpp>

/// What comes in from Python, as arrays that the library takes.
namespace espalier::io::detail {

namespace py = pybind11;

/// An array of one scalar type, row-major and aligned: the caller's own memory where it is so already, else a copy.
template <class Scalar>
class __attribute__((visibility("hidden"))) array_argument {
public:
    /// `kinds` are the dtype kinds that may be converted: NumPy's letters. Throws shape_error for others.
    array_argument(const py::object& given, const char* what, std::string_view kinds, const char* expected) {
        const auto any = py::array::ensure(given);
        if (!any) {
            PyErr_Clear();
            throw shape_error(std::string(what) + ": expected an array of " + expected + ", found " +
                              std::string(py::str(py::type::of(given).attr("__name__"))));
        }
        if (kinds.find(any.dtype().kind()) == std::string_view::npos)
            throw shape_error(std::string(what) + ": expected an array of " + expected + ", found dtype " +
                              std::string(py::str(any.dtype())));
        array_ = decltype(array_)::ensure(any);
        if (!array_) throw py::error_already_set();
        for (py::ssize_t axis = 0; axis < array_.ndim(); ++axis)
            shape_.push_back(static_cast<std::size_t>(array_.shape(axis)));
        strides_.assign(shape_.size(), 1);
        for (std::size_t axis = shape_.size(); axis-- > 1;) strides_[axis - 1] = strides_[axis] * shape_[axis];
    }

    const Scalar* data() const { return array_.data(); }
    std::size_t size() const { return static_cast<std::size_t>(array_.size()); }
    std::span<const Scalar> flat() const { return {data(), size()}; }

    // What espalier::detail::Tensor asks for.
    const std::vector<std::size_t>& shape() const { return shape_; }
    std::size_t dimension() const { return shape_.size(); }
    const std::vector<std::size_t>& strides() const { return strides_; }

private:
    // pybind11's own flags leave alignment out.
    static constexpr int flags =
        py::array::c_style | py::array::forcecast | py::detail::npy_api::constants::NPY_ARRAY_ALIGNED_;
    py::array_t<Scalar, flags> array_;
    std::vector<std::size_t> shape_, strides_;
};

/// Floats of any width, integers and bool become the network's scalar, rounded to nearest.
template <class Scalar>
array_argument<Scalar> numbers(const py::object& given, const char* what) {
    return {given, what, "fiub", "real numbers"};
}

inline array_argument<std::int64_t> class_indices(const py::object& given) {
    return {given, "labels", "iub", "integers"};
}

/// Whether an array-like holds integers.
inline bool holds_integers(const py::object& given) {
    const auto any = py::array::ensure(given);
    if (!any) PyErr_Clear();
    return any && std::string_view("iub").find(any.dtype().kind()) != std::string_view::npos;
}

/// NumPy's own view of memory that `owner` keeps alive.
template <class Scalar>
py::array_t<Scalar> array_view(std::span<const std::size_t> shape, Scalar* data, const py::handle& owner) {
    std::vector<py::ssize_t> extents(shape.begin(), shape.end());
    return py::array_t<Scalar>(std::move(extents), data, owner);
}

/// A fresh array [rows][sample…], or [sample…].
template <class Scalar>
py::array_t<Scalar> fresh_array(const extents& sample, const std::size_t* rows) {
    std::vector<py::ssize_t> shape;
    if (rows != nullptr) shape.push_back(static_cast<py::ssize_t>(*rows));
    for (std::size_t axis = 0; axis < sample.rank; ++axis)
        shape.push_back(static_cast<py::ssize_t>(sample.extent[axis]));
    return py::array_t<Scalar>(std::move(shape));
}

}  // namespace espalier::io::detail
