// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/raise.hpp>
#include <espalier/declare.hpp>
#include <espalier/espalier.hpp>

/// What the one source file includes that compiles a network: see declare.hpp.
namespace espalier {

namespace detail {

/// x as a data set's table, copied.
template <class Element>
auto table_of(std::span<const Element> values, std::size_t rows) {
    constexpr std::size_t rank = std::is_integral_v<Element> ? 1 : 2;
    std::array<std::size_t, rank> extents{rows};
    if constexpr (rank == 2) extents[1] = values.size() / std::max<std::size_t>(rows, 1);
    xt::xtensor<Element, rank> table(extents);
    std::copy_n(values.data(), table.size(), table.data());
    return table;
}

template <class Net, class Loss, std::size_t Batch, class Rule, class Target>
history fit_compiled(parameters<Net>& at, std::span<const float> x, std::span<const Target> y, const Rule& rule,
                     const compiled_fit_options& options) {
    const std::size_t rows = rows_of(x, input_shape<Net>, "x").rows;
    targets_of<float, output_size<Net>, Loss>(y, rows);  // refuses with the words of value_and_gradient
    const trainer recipe{Net{}, Loss{}, rule, batch<Batch>};
    const auto train = [&](const auto& set) {
        return recipe.fit(at, set,
                          {.epochs = options.epochs,
                           .from = options.from,
                           .shuffle = options.shuffle,
                           .rows_per_step = options.rows_per_step,
                           .clip_norm = options.clip_norm,
                           .progress = progress::none});
    };
    if constexpr (std::is_integral_v<Target>)
        return train(dataset(table_of(x, rows), table_of(y, rows), output_size<Net>));
    else
        return train(dataset(table_of(x, rows), table_of(y, rows)));
}

}  // namespace detail

template <class Net, class Loss, std::size_t Batch, class Rule, class Kind>
parameters<Net> compiled<Net, Loss, Batch, Rule, Kind>::initialize(seed from) {
    return espalier::initialize<Net>(from);
}

template <class Net, class Loss, std::size_t Batch, class Rule, class Kind>
void compiled<Net, Loss, Batch, Rule, Kind>::predict(const parameters<Net>& at, std::span<const float> x,
                                                     std::span<float> y) {
    const auto from = rows_of(x, input_shape<Net>, "x");
    const auto to = rows_of(y, output_shape<Net>, "y");
    if (to.rows != from.rows) detail::raise<shape_error>({"y: expected ", from.rows, " rows, found ", to.rows});
    if (from.rows == 1) {
        const auto output = espalier::predict(at, x);
        std::copy_n(output.data(), output_size<Net>, to.data);
    } else {
        inference_workspace<Net, detail::inference_batch<float>> memory;
        espalier::predict(at, x, y, memory);
    }
}

template <class Net, class Loss, std::size_t Batch, class Rule, class Kind>
float compiled<Net, Loss, Batch, Rule, Kind>::value_and_gradient(const parameters<Net>& at, std::span<const float> x,
                                                                 std::span<const std::int32_t> labels,
                                                                 gradients<Net>& gradient,
                                                                 workspace<Net, Batch>& memory, const coins& tossed)
    requires(losses::labels_fit<Loss>)
{
    return espalier::value_and_gradient(at, x, labels, Loss{}, gradient, memory, tossed);
}

template <class Net, class Loss, std::size_t Batch, class Rule, class Kind>
float compiled<Net, Loss, Batch, Rule, Kind>::value_and_gradient(const parameters<Net>& at, std::span<const float> x,
                                                                 std::span<const float> values,
                                                                 gradients<Net>& gradient,
                                                                 workspace<Net, Batch>& memory, const coins& tossed)
    requires(losses::values_fit<Loss>)
{
    return espalier::value_and_gradient(at, x, values, Loss{}, gradient, memory, tossed);
}

template <class Net, class Loss, std::size_t Batch, class Rule, class Kind>
history compiled<Net, Loss, Batch, Rule, Kind>::fit(parameters<Net>& at, std::span<const float> x,
                                                    std::span<const std::int32_t> labels, const Rule& rule,
                                                    const compiled_fit_options& options)
    requires(losses::labels_fit<Loss> && !std::is_same_v<Rule, no_optimizer>)
{
    return detail::fit_compiled<Net, Loss, Batch>(at, x, labels, rule, options);
}

template <class Net, class Loss, std::size_t Batch, class Rule, class Kind>
history compiled<Net, Loss, Batch, Rule, Kind>::fit(parameters<Net>& at, std::span<const float> x,
                                                    std::span<const float> values, const Rule& rule,
                                                    const compiled_fit_options& options)
    requires(losses::values_fit<Loss> && !std::is_same_v<Rule, no_optimizer>)
{
    return detail::fit_compiled<Net, Loss, Batch>(at, x, values, rule, options);
}

}  // namespace espalier

#ifdef __clang__
#define ESPALIER_DEFINE(...)                                                           \
    static_assert(espalier::diagnostics::findings_in_compiled<__VA_ARGS__>::reported); \
    template struct espalier::compiled<__VA_ARGS__>
#else
#define ESPALIER_DEFINE(...) template struct espalier::compiled<__VA_ARGS__>
#endif
