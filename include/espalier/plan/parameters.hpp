// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/lanes.hpp>
#include <espalier/plan/stages.hpp>

namespace espalier {

/// One tensor in the flat parameter vector. What layers learn comes first, then their state (is_state), both in the
/// order of the layers; each tensor starts on a cache line, and the gaps between them are zero.
struct parameter_tensor {
    layer::parameter what{};
    std::size_t layer = 0;  // in the flat list
    std::size_t stage = 0;
    std::size_t position = 0;  // among the layer's tensors
    std::size_t offset = 0;    // in scalars
    std::size_t size = 0;
    bool trains = true;  // neither frozen nor a state
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
    return roles<Net>::graph.stage_of[l];
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
    static constexpr std::size_t layers = sizeof...(Layers);
    static constexpr auto& shapes = inference<net>::value.layers;

    static constexpr auto tensors_in_layer = [] {
        std::size_t (*const count_in_layer[])(const extents&) = {count_tensors<Layers>...};
        std::array<std::size_t, layers> counts{};
        for (std::size_t l = 0; l < layers; ++l) counts[l] = count_in_layer[l](shapes[l].input);
        return counts;
    }();
    /// Of each layer, the first of its tensors, and the end of them all.
    static constexpr auto first_of_layer = [] {
        std::array<std::size_t, layers + 1> first{};
        for (std::size_t l = 0; l < layers; ++l) first[l + 1] = first[l] + tensors_in_layer[l];
        return first;
    }();
    static constexpr std::size_t count = first_of_layer[layers];

    /// The weights' default in each stage: what the first of the functions behind them that has a preference prefers,
    /// Glorot's where none has. Behind a sum of branches, its function counts.
    static constexpr auto preferred = [] {
        const initializer preference_of_layer[] = {preference_of<Layers>()...};
        constexpr auto& graph = roles<net>::graph;
        std::array<initializer, graph.count> found{};
        for (std::size_t s = graph.count; s-- > 0;) {
            const stage& here = graph.stages[s];
            initializer own = initializers::automatic;
            for (std::size_t l = here.first_layer; l <= here.last_layer; ++l)
                if (roles<net>::value[l].is == role::elementwise) own = own.or_else(preference_of_layer[l]);
            if (here.elementwise > 0 || found[s] == initializers::automatic) found[s] = own;
            if ((here.is == stage_kind::sum && here.source_count > 1) || here.addends() > 0)
                for (std::size_t b = here.addends() > 0 ? 1 : 0; b < here.source_count; ++b)
                    found[here.sources[b]] = found[s];
        }
        for (initializer& each : found) each = each.or_else(initializers::glorot_uniform);
        return found;
    }();

    /// Tensors in the order of the layers, with offsets on multiples of `Step` scalars; the last element is the end.
    template <std::size_t Step>
    static constexpr auto laid_out = [] {
        void (*const write_layer[])(const extents&, parameter_tensor*) = {write_tensors<Layers>...};
        std::array<parameter_tensor, count + 1> list{};
        std::size_t n = 0;
        for (std::size_t l = 0; l < layers; ++l) {
            const std::size_t s = roles<net>::graph.stage_of[l];
            write_layer[l](shapes[l].input, list.data() + n);
            for (const std::size_t end = n + tensors_in_layer[l]; n < end; ++n) {
                parameter_tensor& tensor = list[n];
                tensor.layer = l;
                tensor.stage = s;
                tensor.trains = roles<net>::value[l].trains && !tensor.what.is_state;
                tensor.what.start = tensor.what.start.or_else(preferred[s]);
            }
        }
        std::size_t offset = 0;
        for (const bool state : {false, true})
            for (std::size_t i = 0; i < n; ++i) {
                if (list[i].what.is_state != state) continue;
                list[i].offset = offset;
                offset += (list[i].size + Step - 1) / Step * Step;
            }
        list[n].offset = offset;
        return list;
    }();
};

}  // namespace detail

/// How many tensors a network has: frozen ones and state included.
template <Network Net>
inline constexpr std::size_t parameter_tensor_count = detail::parameter_list<flat_network<Net>>::count;

/// The tensors of a network in the flat vector, and one more that marks its end.
template <Network Net, class Scalar>
inline constexpr auto& parameter_tensors =
    detail::parameter_list<flat_network<Net>>::template laid_out<alignment / sizeof(Scalar)>;

namespace detail {

/// Where they begin, alone: what code looks up while it runs.
template <class Net, class Scalar>
inline constexpr auto tensor_offsets = [] {
    std::array<std::size_t, parameter_tensor_count<Net> + 1> offsets{};
    for (std::size_t i = 0; i < offsets.size(); ++i) offsets[i] = parameter_tensors<Net, Scalar>[i].offset;
    return offsets;
}();

}  // namespace detail

namespace diagnostics {

/// As parameter_size, without a question whether the layers fit: for default arguments, which compilers quote.
template <Network Net, class Scalar>
inline constexpr std::size_t unasked_parameter_size =
    parameter_tensors<Net, Scalar>[parameter_tensor_count<Net>].offset;

}  // namespace diagnostics

/// Scalars in the flat parameter vector, gaps included: a multiple of a cache line.
template <Network Net, class Scalar,  // then looks whether the layers fit
          class = typename diagnostics::findings_in<Net>::template then<float>>
inline constexpr std::size_t parameter_size = diagnostics::unasked_parameter_size<Net, Scalar>;

/// The prefix of the flat vector that holds what layers learn, gaps included; state follows it. Gradients, norms and
/// optimizers are about the prefix.
template <Network Net, class Scalar>
inline constexpr std::size_t trained_size = [] {
    std::size_t end = parameter_size<Net, Scalar>;
    for (std::size_t i = 0; i < parameter_tensor_count<Net>; ++i) {
        const parameter_tensor& tensor = parameter_tensors<Net, Scalar>[i];
        if (tensor.what.is_state && tensor.offset < end) end = tensor.offset;
    }
    return end;
}();

/// Scalars that are learned, frozen ones included: what PyTorch's parameters() add up to.
template <Network Net>
inline constexpr std::size_t parameter_count = [] {
    std::size_t sum = 0;
    for (const parameter_tensor& each : parameter_tensors<Net, double>)
        if (!each.what.is_state) sum += each.size;
    return sum;
}();

/// A run of scalars in the flat vector.
struct parameter_range {
    std::size_t offset = 0;
    std::size_t count = 0;
};

/// What trains, in as few runs as possible: the optimizer leaves frozen tensors and state alone.
template <Network Net, class Scalar>
inline constexpr auto trained_ranges = [] {
    constexpr auto walk = [](auto&& take) {
        constexpr auto& list = parameter_tensors<Net, Scalar>;
        bool follows = false;
        for (std::size_t i = 0; i < parameter_tensor_count<Net>; ++i) {
            if (list[i].what.is_state) continue;
            if (list[i].trains) take(list[i].offset, aligned_size<Scalar>(list[i].size), follows);
            follows = list[i].trains;
        }
    };
    constexpr std::size_t runs = [=] {
        std::size_t n = 0;
        walk([&](std::size_t, std::size_t, bool follows) { n += !follows; });
        return n;
    }();
    std::array<parameter_range, runs> ranges{};
    std::size_t n = 0;
    walk([&](std::size_t offset, std::size_t size, bool follows) {
        if (!follows) ranges[n++].offset = offset;
        ranges[n - 1].count += size;
    });
    return ranges;
}();

namespace detail {

/// State that moves in training, and how far: p ← p + momentum · (statistic − p).
struct moving_state {
    std::size_t offset = 0;
    std::size_t count = 0;
    double momentum = 0;
};

template <Network Net, class Scalar>
inline constexpr auto moving_states = [] {
    using net = flat_network<Net>;
    constexpr auto moves = [](std::size_t i) {
        const parameter_tensor& tensor = parameter_tensors<net, Scalar>[i];
        return tensor.what.is_state && !roles<net>::value[tensor.layer].is_frozen;
    };
    constexpr std::size_t count = [=] {
        std::size_t n = 0;
        for (std::size_t i = 0; i < parameter_tensor_count<net>; ++i) n += moves(i);
        return n;
    }();
    std::array<moving_state, count> list{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < parameter_tensor_count<net>; ++i) {
        const parameter_tensor& tensor = parameter_tensors<net, Scalar>[i];
        if (moves(i)) list[n++] = {tensor.offset, tensor.size, tensor.what.momentum};
    }
    return list;
}();

}  // namespace detail

/// The first tensor of a layer in parameter_tensors.
template <Network Net>
constexpr std::size_t first_parameter_tensor(std::size_t layer) {
    using list = detail::parameter_list<flat_network<Net>>;
    return list::first_of_layer[layer < list::layers ? layer : list::layers];
}

}  // namespace espalier
