// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/lanes.hpp>
#include <espalier/plan/stages.hpp>

namespace espalier {

/// One tensor in the flat parameter vector. Tensors lie in the order of the layers, each on a cache line; the gaps
/// between them are zero.
struct parameter_tensor {
    layer::parameter what{};
    std::size_t layer = 0;  // in the flat list
    std::size_t stage = 0;
    std::size_t position = 0;  // among the layer's tensors
    std::size_t offset = 0;    // in scalars
    std::size_t size = 0;
    bool trains = true;
};

namespace detail {

/// The weights' default: what suits the activation behind them, Glorot's where none says otherwise.
template <class Net, std::size_t S>
constexpr initializer preferred_initializer() {
    constexpr std::size_t first = elementwise_of<Net, S>::layers[0];
    if constexpr (elementwise_of<Net, S>::count > 0) {
        if constexpr (requires { layer_at<Net, first>::preferred; }) return layer_at<Net, first>::preferred;
    }
    return initializers::glorot_uniform;
}

template <class Net, std::size_t L>
constexpr std::size_t tensors_of_layer =
    layer::parameters_of<layer_at<Net, L>>(inference<Net>::value.layers[L].input).size();

template <class Net>
constexpr std::size_t stage_of_layer(std::size_t l) {
    std::size_t s = 0;
    while (roles<Net>::stage_begin[s + 1] <= l) ++s;
    return s;
}

template <class Net>
struct parameter_list {
    static_assert(well_formed<Net>);
    static constexpr std::size_t count = []<std::size_t... L>(std::index_sequence<L...>) {
        return (std::size_t{0} + ... + tensors_of_layer<Net, L>);
    }(std::make_index_sequence<layer_count<Net>>{});

    /// Offsets for tensors that start on multiples of `step` scalars; the last element is the end.
    template <std::size_t Step>
    static constexpr auto laid_out = []<std::size_t... L>(std::index_sequence<L...>) {
        std::array<parameter_tensor, count + 1> list{};
        std::size_t n = 0;
        std::size_t offset = 0;
        const auto add = [&]<std::size_t Layer>(std::integral_constant<std::size_t, Layer>) {
            constexpr std::size_t s = stage_of_layer<Net>(Layer);
            constexpr initializer preferred = preferred_initializer<Net, s>();
            std::size_t position = 0;
            for (const layer::parameter& each :
                 layer::parameters_of<layer_at<Net, Layer>>(inference<Net>::value.layers[Layer].input)) {
                parameter_tensor& tensor = list[n++];
                tensor = {each, Layer, s, position++, offset, each.shape.size(), roles<Net>::value[Layer].trains};
                tensor.what.start = each.start.or_else(preferred);
                offset += (tensor.size + Step - 1) / Step * Step;
            }
        };
        (add(std::integral_constant<std::size_t, L>{}), ...);
        list[n].offset = offset;
        return list;
    }(std::make_index_sequence<layer_count<Net>>{});
};

}  // namespace detail

/// How many tensors a network learns, frozen ones included.
template <Network Net>
inline constexpr std::size_t parameter_tensor_count = detail::parameter_list<flat_network<Net>>::count;

/// The tensors of a network in the flat vector, and one more that marks its end.
template <Network Net, class Scalar>
inline constexpr auto& parameter_tensors =
    detail::parameter_list<flat_network<Net>>::template laid_out<alignment / sizeof(Scalar)>;

/// Scalars in the flat parameter vector, gaps included: a multiple of a cache line.
template <Network Net, class Scalar>
inline constexpr std::size_t parameter_size = parameter_tensors<Net, Scalar>[parameter_tensor_count<Net>].offset;

/// Scalars that are learned: what PyTorch's parameters() add up to.
template <Network Net>
inline constexpr std::size_t parameter_count = [] {
    std::size_t sum = 0;
    for (const parameter_tensor& each : parameter_tensors<Net, double>) sum += each.size;
    return sum;
}();

/// A run of scalars in the flat vector.
struct parameter_range {
    std::size_t offset = 0;
    std::size_t count = 0;
};

/// What trains, in as few runs as possible: the optimizer leaves frozen tensors alone.
template <Network Net, class Scalar>
inline constexpr auto trained_ranges = [] {
    constexpr std::size_t count = parameter_tensor_count<Net>;
    constexpr auto run_starts = [](std::size_t i) {
        const auto& list = parameter_tensors<Net, Scalar>;
        return list[i].trains && (i == 0 || !list[i - 1].trains);
    };
    constexpr std::size_t runs = [=] {
        std::size_t n = 0;
        for (std::size_t i = 0; i < count; ++i) n += run_starts(i);
        return n;
    }();
    std::array<parameter_range, runs> ranges{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& list = parameter_tensors<Net, Scalar>;
        if (run_starts(i)) ranges[n++].offset = list[i].offset;
        if (list[i].trains) ranges[n - 1].count = list[i + 1].offset - ranges[n - 1].offset;
    }
    return ranges;
}();

/// The first tensor of a layer in parameter_tensors.
template <Network Net>
constexpr std::size_t first_parameter_tensor(std::size_t layer) {
    std::size_t i = 0;
    while (i < parameter_tensor_count<Net> && parameter_tensors<Net, double>[i].layer < layer) ++i;
    return i;
}

}  // namespace espalier
