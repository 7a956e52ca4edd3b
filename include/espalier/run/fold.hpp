// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <vector>

#include <espalier/run/parameters.hpp>

namespace espalier {

namespace detail {

/// A layer that can take in the batch_norm behind it: its first tensor is the weight, [channels][…] if it has no
/// output_channel(weight's extents, element) that says otherwise, and `with_bias` is the layer with a bias [channels]
/// as its second.
template <class Layer>
concept TakesScale = requires { typename Layer::with_bias; };

template <class Layer>
struct biased {
    using type = Layer;
};
template <TakesScale Layer>
struct biased<Layer> {
    using type = typename Layer::with_bias;
};

/// The channel of the output that an element of the layer's weight serves.
template <class Layer>
constexpr std::size_t output_channel(const extents& weight, std::size_t element) {
    if constexpr (requires { Layer::output_channel(weight, element); })
        return Layer::output_channel(weight, element);
    else
        return element / (weight.size() / weight.extent[0]);
}

template <class Layer>
constexpr double added_to_variance() {
    if constexpr (requires { Layer::is_batch_norm; })
        return Layer::added;
    else
        return 0;
}

template <class Net, class Indices = std::make_index_sequence<layer_count<Net>>>
struct folding;
template <class... Layers, std::size_t... I>
struct folding<network<Layers...>, std::index_sequence<I...>> {
    static constexpr std::size_t count = sizeof...(Layers);
    static constexpr std::array<bool, count> takes{TakesScale<Layers>...};
    static constexpr std::array<double, count> epsilons{added_to_variance<Layers>()...};  // 0: no batch_norm
    static constexpr std::array<std::size_t (*)(const extents&, std::size_t), count> channel_of{
        output_channel<Layers>...};

    /// Whether layer l takes in the next one.
    static constexpr bool takes_next(std::size_t l) { return l + 1 < count && takes[l] && epsilons[l + 1] > 0; }
    static constexpr bool is_taken(std::size_t l) { return l > 0 && takes_next(l - 1); }

    template <std::size_t L, class Layer>
    using part = std::conditional_t<
        is_taken(L), network<>,
        network<typename std::conditional_t<takes_next(L), biased<Layer>, std::type_identity<Layer>>::type>>;
    using type = typename joined<part<I, Layers>...>::type;
};

}  // namespace detail

/// The network without each batch_norm that directly follows a layer with weights, which has a bias in its stead.
template <Network Net>
using folded_network = typename detail::folding<flat_network<Net>>::type;

/// Parameters of folded_network<Net> with which it predicts what Net predicts, up to rounding: with
/// s = weight / √(running_var + ε), W ← s W and b ← s (b − running_mean) + bias. For deployment, once after training:
///     const auto fast = ep::fold_batch_norm(parameters);
///     const auto scores = ep::predict(fast, image);
/// (Jacob et al. 2018, section 3.2)
template <Network Net, class Scalar, class Storage>
parameters<folded_network<Net>, Scalar> fold_batch_norm(const parameters<Net, Scalar, Storage>& from) {
    using net = flat_network<Net>;
    using folding = detail::folding<net>;
    constexpr auto& old_tensors = parameter_tensors<net, Scalar>;
    constexpr auto& new_tensors = parameter_tensors<folded_network<Net>, Scalar>;
    parameters<folded_network<Net>, Scalar> to;
    const auto first_of = [&](std::size_t layer) { return first_parameter_tensor<net>(layer); };
    const auto values = [&](std::size_t tensor) { return from.data() + old_tensors[tensor].offset; };
    std::size_t written = 0;
    for (std::size_t l = 0; l < folding::count; ++l) {
        if (folding::is_taken(l)) continue;
        const std::size_t first = first_of(l), next = first_of(l + 1);
        if (!folding::takes_next(l)) {
            for (std::size_t i = first; i < next; ++i)
                std::copy_n(values(i), old_tensors[i].size, to.data() + new_tensors[written++].offset);
            continue;
        }
        const std::size_t channels = new_tensors[written + 1].size;
        const bool has_bias = next - first > 1, has_affine = first_of(l + 2) - next > 2;
        const Scalar* const mean = values(next + (has_affine ? 2 : 0));
        const Scalar* const variance = values(next + (has_affine ? 3 : 1));
        Scalar* const weight = to.data() + new_tensors[written++].offset;
        Scalar* const bias = to.data() + new_tensors[written++].offset;
        std::vector<double> scale(channels);
        for (std::size_t c = 0; c < channels; ++c) {
            scale[c] = (has_affine ? static_cast<double>(values(next)[c]) : 1) /
                       std::sqrt(static_cast<double>(variance[c]) + folding::epsilons[l + 1]);
            const double shift = has_affine ? static_cast<double>(values(next + 1)[c]) : 0;
            const double before = has_bias ? static_cast<double>(values(first + 1)[c]) : 0;
            bias[c] = static_cast<Scalar>((before - static_cast<double>(mean[c])) * scale[c] + shift);
        }
        for (std::size_t i = 0; i < old_tensors[first].size; ++i) {
            const std::size_t c = folding::channel_of[l](old_tensors[first].what.shape, i);
            weight[i] = static_cast<Scalar>(static_cast<double>(values(first)[i]) * scale[c]);
        }
    }
    return to;
}

}  // namespace espalier
