// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/raise.hpp>
#include <espalier/run/diagnostics.hpp>
#include <espalier/run/parameters.hpp>
#include <espalier/run/pass.hpp>
#include <espalier/run/rows.hpp>
#include <espalier/run/single.hpp>
#include <espalier/run/workspace.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xtensor.hpp>

namespace espalier {

/// The memory of predictions on up to Batch samples at a time.
template <Network Net, std::size_t Batch,  // then looks whether the layers fit
          class Scalar = typename diagnostics::findings_in<Net>::template then<float>>
using inference_workspace = workspace<Net, Batch, Scalar, request::nothing>;

namespace detail {

/// Samples that predictions of many walk through at a time: enough for full blocks, few enough for the cache.
template <class Scalar>
inline constexpr std::size_t inference_batch = 4 * block_lanes<Scalar>;

/// All stages, without gradients. A function of its own: a lambda would carry its caller's name, and with it all
/// layers.
template <class Plan, class Scalar>
void forward_stages(const pass<Plan, Scalar, false>& step) {
    for_each_stage<Plan>([&]<std::size_t S>(auto s) { step.template forward<S>(s); });
}

template <class Net, std::size_t Batch, class Scalar, class Storage>
void predict_in_pieces(const Scalar* parameters, const row_span<const Scalar>& x, Scalar* y,
                       workspace<Net, Batch, Scalar, request::nothing, Storage>& memory) {
    using plan_type = plan<Net, Batch, Scalar, request::nothing>;
    constexpr std::size_t last = plan_type::stage_count - 1;
    for (std::size_t first = 0; first < x.rows; first += Batch) {
        const std::size_t rows = std::min(Batch, x.rows - first);
        const pass<plan_type, Scalar, false> step{parameters, x.data + first * input_size<Net>, rows, memory.data()};
        forward_stages(step);
        kernel::unpack_rows<Scalar, output_size<Net>>(step.a(last), rows, y + first * output_size<Net>);
    }
}

template <class Shape>
struct fixed_shape;
template <std::size_t... Extents>
struct fixed_shape<shape<Extents...>> {
    using type = xt::xshape<Extents...>;
};
// Not of output_shape<Net>: where Net alone is told, as in predict<Net>(…), g++ 12 does not deduce that variable's
// type.
template <class Net>
using output_array_shape = typename fixed_shape<typename shapes_of_layer<Net, layer_count<Net> - 1>::output_type>::type;

}  // namespace detail

/// The network's output for any number of samples: x [rows][input shape…] → y [rows][output shape…], both the
/// caller's, in pieces of the workspace's batch. Nothing is allocated. Throws shape_error.
template <Network Net, class Scalar, class ParameterStorage, class Samples, class Output, std::size_t Batch,
          class WorkspaceStorage>
auto predict(const parameters<Net, Scalar, ParameterStorage>& at, const Samples& x, Output& y,
             workspace<Net, Batch, Scalar, request::nothing, WorkspaceStorage>& memory) ->
    typename decltype(detail::verdict_on_samples<void, Net, Scalar, Samples, false>())::type {
    using answer = typename decltype(detail::verdict_on_samples<void, Net, Scalar, Samples, false>())::type;
    if constexpr (!std::is_same_v<answer, void>) {
        return answer();
    } else {
        const auto from = rows_of(x, input_shape<Net>, "x");
        const auto to = rows_of(y, output_shape<Net>, "y");
        if (to.rows != from.rows) detail::raise<shape_error>({"y: expected ", from.rows, " rows, found ", to.rows});
        detail::predict_in_pieces<Net>(at.data(), {from.data, from.rows}, to.data, memory);
    }
}

/// The network's output for any number of samples: x [rows][input shape…] or [rows][size] → [rows][outputs]. Throws
/// shape_error.
template <Network Net, class Scalar, class Storage, class Samples>
auto predict_rows(const parameters<Net, Scalar, Storage>& at, const Samples& x) ->
    typename decltype(detail::verdict_on_samples<xt::xtensor<Scalar, 2>, Net, Scalar, Samples, false>())::type {
    using result = xt::xtensor<Scalar, 2>;
    using answer = typename decltype(detail::verdict_on_samples<result, Net, Scalar, Samples, false>())::type;
    if constexpr (!std::is_same_v<answer, result>) {
        return answer();
    } else {
        const auto from = rows_of(x, input_shape<Net>, "x");
        auto y = result::from_shape({from.rows, output_size<Net>});
        workspace<Net, detail::inference_batch<Scalar>, Scalar, request::nothing> memory;
        detail::predict_in_pieces<Net>(at.data(), {from.data, from.rows}, y.data(), memory);
        return y;
    }
}

namespace detail {

/// Whether predict takes x as one sample.
template <class Net, class Samples>
inline constexpr bool is_one_sample =
    static_rank<Samples> == 1 || static_rank<Samples> == extents(input_shape<Net>).rank;

template <class Net, class Scalar, class Samples>
using prediction = std::conditional_t<is_one_sample<Net, Samples>, xt::xtensor_fixed<Scalar, output_array_shape<Net>>,
                                      xt::xtensor<Scalar, 2>>;

}  // namespace detail

/// The network's output: for one sample [input shape…] or [size] a tensor of the output's fixed shape, without
/// allocation, lock or branch on shapes; for many, [rows][input shape…], what predict_rows gives. Which one it is,
/// the static rank of x says; a span, array or vector is one sample. Dropout does nothing. Throws shape_error.
template <Network Net, class Scalar, class Storage, class Samples>
auto predict(const parameters<Net, Scalar, Storage>& at, const Samples& x) ->
    typename decltype(detail::verdict_on_samples<detail::prediction<Net, Scalar, Samples>, Net, Scalar, Samples,
                                                 true>())::type {
    using result = detail::prediction<Net, Scalar, Samples>;
    using answer = typename decltype(detail::verdict_on_samples<result, Net, Scalar, Samples, true>())::type;
    if constexpr (!std::is_same_v<answer, result>) {
        return answer();
    } else if constexpr (detail::is_one_sample<Net, Samples>) {
        const auto* const sample = sample_of(x, input_shape<Net>, "x");
        result y;
        detail::single_pass<flat_network<Net>, Scalar>(at.data()).run(sample, y.data());
        return y;
    } else {
        return predict_rows(at, x);
    }
}

/// Any other call says what is wrong with it.
template <class First, class... Rest>
    requires diagnostics::Ours<First> && (!detail::Parameters<First> || sizeof...(Rest) != 1)
auto predict(const First&, const Rest&...) -> typename std::conditional_t<
    detail::Parameters<First>,
    std::type_identity<diagnostics::prediction_of_what<
        xt::xtensor<float, 2>, diagnostics::receives<diagnostics::name_of<First>, diagnostics::name_of<Rest>...>>>,
    std::type_identity<diagnostics::parameters_missing<xt::xtensor<float, 2>,
                                                       diagnostics::receives<diagnostics::name_of<First>>>>>::type {
    return {};
}

template <auto Net, class... Given>
    requires Network<decltype(Net)>
diagnostics::object_for_type<xt::xtensor<float, 2>> predict(const Given&...);

}  // namespace espalier
