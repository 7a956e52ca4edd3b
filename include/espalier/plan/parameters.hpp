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

template <class Layer>
constexpr initializer preference_of() {
    if constexpr (requires { Layer::preferred; })
        return Layer::preferred;
    else
        return initializers::automatic;
}

template <class Layer>
constexpr std::size_t count_tensors(const extents& input) {
    return layer::parameters_of<Layer>(input).size();
}
template <class Net, std::size_t L>
constexpr std::size_t tensors_of_layer = count_tensors<layer_at<Net, L>>(inference<Net>::value.layers[L].input);

template <class Net>
constexpr std::size_t stage_of_layer(std::size_t l) {
    std::size_t s = 0;
    while (roles<Net>::stage_begin[s + 1] <= l) ++s;
    return s;
}

/// Writes a layer's tensors to consecutive elements, without what depends on other layers.
template <class Layer>
constexpr void write_tensors(const extents& input, parameter_tensor* list) {
    std::size_t position = 0;
    for (const layer::parameter& each : layer::parameters_of<Layer>(input)) {
        list->what = each;
        list->position = position++;
        list++->size = each.shape.size();
    }
}

template <class Net>
struct parameter_list;
template <class... Layers>
struct parameter_list<network<Layers...>> {
    using net = network<Layers...>;
    static_assert(well_formed<net>);
    static constexpr std::size_t layers = sizeof...(Layers);
    static constexpr auto& shapes = inference<net>::value.layers;

    static constexpr auto tensors_in_layer = [] {
        std::size_t (*const count_in_layer[])(const extents&) = {count_tensors<Layers>...};
        std::array<std::size_t, layers> counts{};
        for (std::size_t l = 0; l < layers; ++l) counts[l] = count_in_layer[l](shapes[l].input);
        return counts;
    }();
    static constexpr std::size_t count = [] {
        std::size_t sum = 0;
        for (const std::size_t each : tensors_in_layer) sum += each;
        return sum;
    }();

    /// The weights' default in each stage: what the first of the functions behind them that has a preference prefers,
    /// Glorot's where none has.
    static constexpr auto preferred = [] {
        const initializer preference_of_layer[] = {preference_of<Layers>()...};
        std::array<initializer, roles<net>::stage_count> found{};
        for (std::size_t s = 0; s < found.size(); ++s) {
            for (std::size_t l = roles<net>::stage_begin[s]; l < roles<net>::stage_begin[s + 1]; ++l)
                if (roles<net>::value[l].is == role::elementwise) found[s] = found[s].or_else(preference_of_layer[l]);
            found[s] = found[s].or_else(initializers::glorot_uniform);
        }
        return found;
    }();

    /// Offsets for tensors that start on multiples of `Step` scalars; the last element is the end.
    template <std::size_t Step>
    static constexpr auto laid_out = [] {
        void (*const write_layer[])(const extents&, parameter_tensor*) = {write_tensors<Layers>...};
        std::array<parameter_tensor, count + 1> list{};
        std::size_t n = 0;
        std::size_t offset = 0;
        std::size_t s = 0;
        for (std::size_t l = 0; l < layers; ++l) {
            if (roles<net>::stage_begin[s + 1] <= l) ++s;
            write_layer[l](shapes[l].input, list.data() + n);
            for (const std::size_t end = n + tensors_in_layer[l]; n < end; ++n) {
                parameter_tensor& tensor = list[n];
                tensor.layer = l;
                tensor.stage = s;
                tensor.offset = offset;
                tensor.trains = roles<net>::value[l].trains;
                tensor.what.start = tensor.what.start.or_else(preferred[s]);
                offset += (tensor.size + Step - 1) / Step * Step;
            }
        }
        list[n].offset = offset;
        return list;
    }();
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
