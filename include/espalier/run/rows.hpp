// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <espalier/core/extents.hpp>
#include <espalier/core/given.hpp>
#include <espalier/core/raise.hpp>
#include <espalier/core/text.hpp>

/// The boundary: what users pass as samples becomes a pointer and a count here, after one check of its shape.
namespace espalier {

/// An error of the caller's: a batch whose shape does not fit the network. The message names what was expected and
/// what was found.
class shape_error : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// Row-major samples in the caller's memory.
template <class Scalar>
struct row_span {
    Scalar* data = nullptr;
    std::size_t rows = 0;
};

namespace detail {

/// A container of xtensor's that owns or adapts contiguous row-major memory.
template <class Type>
concept Tensor = requires(Type& tensor) {
    tensor.data();
    tensor.shape();
    tensor.dimension();
    tensor.strides();
};

/// A std::span, array or vector; std::ranges::contiguous_range takes a header of a tenth of a second.
template <class Type>
concept Contiguous = requires(Type& values) {
    { std::begin(values) } -> std::contiguous_iterator;
    std::data(values);
    std::size(values);
};

/// Something of xtensor's that computes its elements when asked for them.
template <class Type>
concept Expression = !Tensor<Type> && requires(Type& expression) {
    expression.shape();
    expression.dimension();
};

/// What rows_of takes.
template <class Type>
concept HoldsRows =
    Tensor<Type> || requires(Type& values) { []<class T, std::size_t N>(const std::span<T, N>&) {}(values); };

template <class Type>
inline constexpr bool holds_values = Tensor<const Type> || Contiguous<const Type>;

struct no_element;
template <class Type>
std::type_identity<no_element> element_in(...);
template <class Type>
auto element_in(int) -> std::remove_reference<decltype(*std::data(std::declval<Type&>()))>;

/// Of what holds no values, no_element.
template <class Type>
using element_of = typename decltype(element_in<Type>(0))::type;

[[gnu::cold]] inline std::string written(const std::size_t* extent, std::size_t rank) {
    std::string text;
    for (std::size_t i = 0; i < rank; ++i) text += text_of({i == 0 ? "[" : ", ", extent[i]});
    return text_of({rank == 0 ? "[" : text, "]"});
}

[[noreturn, gnu::cold]] inline void refuse_shape(const char* what, const extents& sample, bool batch,
                                                 const std::size_t* found, std::size_t rank, const char* why) {
    const std::string expected = written(sample.extent, sample.rank);
    raise<shape_error>({what, ": expected ", batch ? sample.rank > 0 ? "[rows, " : "[rows" : "[",
                        std::string_view(expected).substr(1), " row-major, found ", written(found, rank), why});
}

/// Whether shape[first…] is the sample's shape, or its size as one extent.
inline bool is_sample(const std::size_t* shape, std::size_t rank, const extents& sample) {
    if (rank == 1 && shape[0] == sample.size()) return true;
    if (rank != sample.rank) return false;
    for (std::size_t i = 0; i < rank; ++i)
        if (shape[i] != sample.extent[i]) return false;
    return true;
}

template <class Type>
bool is_row_major(const Type& tensor) {
    std::size_t step = 1;
    for (std::size_t i = tensor.dimension(); i-- > 0;) {
        // xtensor gives extents of one the stride 0
        if (tensor.shape()[i] != 1 && static_cast<std::size_t>(tensor.strides()[i]) != step) return false;
        step *= static_cast<std::size_t>(tensor.shape()[i]);
    }
    return true;
}

/// The first element: a view of xtensor's names that of its container, and its own distance from it.
template <class Type>
auto* first_of(Type& tensor) {
    if constexpr (requires { tensor.data_offset(); })
        return tensor.data() + tensor.data_offset();
    else
        return tensor.data();
}

struct found_shape {
    std::size_t extent[extents::max_rank + 2] = {};
    std::size_t rank = 0;
};

template <class Type>
found_shape shape_of(const Type& tensor) {
    found_shape found;
    for (const auto each : tensor.shape()) {
        if (found.rank == extents::max_rank + 2) break;
        found.extent[found.rank++] = static_cast<std::size_t>(each);
    }
    return found;
}

}  // namespace detail

namespace diagnostics {

template <class Given>
    requires detail::Tensor<const Given> && requires { typename Given::value_type; }
struct named<Given> {
    using type = a_tensor_of<typename Given::value_type>;
};
template <class Given>
    requires detail::Expression<const Given>
struct named<Given> {
    using type = an_expression;
};

}  // namespace diagnostics

/// A batch [rows][sample…] or [rows][size] as rows; throws shape_error.
template <detail::Tensor Batch>
auto rows_of(Batch& batch, const extents& sample, const char* what) {
    const detail::found_shape found = detail::shape_of(batch);
    if (found.rank < 2 || !detail::is_sample(found.extent + 1, found.rank - 1, sample))
        detail::refuse_shape(what, sample, true, found.extent, found.rank, "");
    if (!detail::is_row_major(batch))
        detail::refuse_shape(what, sample, true, found.extent, found.rank, " with other strides");
    return row_span<detail::element_of<Batch>>{detail::first_of(batch), found.extent[0]};
}

/// A span of whole samples as rows; throws shape_error.
template <class Scalar, std::size_t Extent>
row_span<Scalar> rows_of(const std::span<Scalar, Extent>& batch, const extents& sample, const char* what) {
    const std::size_t found[] = {batch.size()};
    if (sample.size() == 0 || batch.size() % sample.size() != 0)
        detail::refuse_shape(what, sample, true, found, 1, " elements, which is no whole number of rows");
    return {batch.data(), batch.size() / sample.size()};
}

/// One sample [sample…] or [size] as a pointer; throws shape_error.
template <detail::Tensor Sample>
auto* sample_of(Sample& given, const extents& sample, const char* what) {
    const detail::found_shape found = detail::shape_of(given);
    if (!detail::is_sample(found.extent, found.rank, sample) || !detail::is_row_major(given))
        detail::refuse_shape(what, sample, false, found.extent, found.rank,
                             found.rank > 1 ? "; many samples go to predict_rows" : "");
    return detail::first_of(given);
}

/// One sample in a std::span, std::array or std::vector of its size; throws shape_error.
template <detail::Contiguous Sample>
    requires(!detail::Tensor<Sample>)
auto* sample_of(Sample& given, const extents& sample, const char* what) {
    const std::size_t found[] = {std::size(given)};
    if (found[0] != sample.size()) detail::refuse_shape(what, sample, false, found, 1, "");
    return std::data(given);
}

/// The rank of a sample or batch where its type tells it; a span, array or vector counts as flat.
template <class Samples>
inline constexpr std::size_t static_rank = SIZE_MAX;
template <class Samples>
    requires requires { std::tuple_size<typename Samples::shape_type>::value; }
inline constexpr std::size_t static_rank<Samples> = std::tuple_size<typename Samples::shape_type>::value;
template <class Samples>
    requires(!detail::Tensor<const Samples>) && detail::Contiguous<const Samples>
inline constexpr std::size_t static_rank<Samples> = 1;

}  // namespace espalier
