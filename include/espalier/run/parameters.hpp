// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <utility>

#include <espalier/core/random.hpp>
#include <espalier/core/storage.hpp>
#include <espalier/plan/parameters.hpp>
#include <espalier/run/initializers.hpp>
#include <xtensor/xadapt.hpp>

namespace espalier {

/// The parameters of a network, or something as long (gradients): one flat, aligned vector with named views into
/// it. What layers learn lies first, in their order, then their state (running statistics); each tensor starts on a
/// cache line, and the gaps between them are zero.
template <Network Net, class Scalar, class Storage>
class parameter_vector {
    static_assert(std::is_same_v<Scalar, float> || std::is_same_v<Scalar, double>, "scalars are float or double");

public:
    using network = flat_network<Net>;
    using scalar = Scalar;
    static constexpr std::size_t size() { return parameter_size<network, Scalar>; }
    static constexpr auto& tensors = parameter_tensors<network, Scalar>;

    parameter_vector() = default;
    explicit parameter_vector(Storage storage) : storage_(std::move(storage)) {}

    auto* data() { return storage_.data(); }
    const Scalar* data() const { return storage_.data(); }
    auto flat() { return std::span(data(), size()); }
    std::span<const Scalar> flat() const { return {data(), size()}; }

    /// Tensor I of the list `tensors`, as an xtensor expression of its shape that refers to this memory.
    template <std::size_t I>
    auto tensor() {
        return view<I>(data());
    }
    template <std::size_t I>
    auto tensor() const {
        return view<I>(data());
    }

    /// Wˡ [outputs][inputs] and bˡ [outputs] of the l-th weighted layer, counted from 1: their first and second
    /// tensors. A layer of your own has what it declares, in its order.
    template <std::size_t Layer, std::size_t Position = 0>
    auto weight() {
        return view<tensor_of<Layer, Position>()>(data());
    }
    template <std::size_t Layer, std::size_t Position = 0>
    auto weight() const {
        return view<tensor_of<Layer, Position>()>(data());
    }
    template <std::size_t Layer>
    auto bias() {
        return view<tensor_of<Layer, 1>()>(data());
    }
    template <std::size_t Layer>
    auto bias() const {
        return view<tensor_of<Layer, 1>()>(data());
    }

private:
    template <std::size_t Layer, std::size_t Position>
    static constexpr std::size_t tensor_of() {
        static_assert(Layer >= 1 && Layer < stage_count<network>,
                      "weighted layers count from 1; the network has fewer than that");
        constexpr std::size_t layer = stages<network>[Layer < stage_count<network> ? Layer : 0].operation;
        constexpr std::size_t index = first_parameter_tensor<network>(layer) + Position;
        static_assert(tensors[index].layer == layer && index < parameter_tensor_count<network>,
                      "this layer has no such tensor: built without bias?");
        return index;
    }

    template <std::size_t I, class Element>
    static auto view(Element* data) {
        static_assert(I < parameter_tensor_count<network>, "the network has fewer parameter tensors than that");
        constexpr extents shape = tensors[I].what.shape;
        return [&]<std::size_t... Axis>(std::index_sequence<Axis...>) {
            return xt::adapt(data + tensors[I].offset, xt::xshape<shape.extent[Axis]...>{});
        }(std::make_index_sequence<shape.rank>{});
    }

    Storage storage_;
};

/// What a network has learned. By default on the heap; storage::in_place or storage::view put it elsewhere.
template <Network Net, class Scalar = float, class Storage = storage::heap<Scalar, parameter_size<Net, Scalar>>>
struct parameters : parameter_vector<Net, Scalar, Storage> {
    using parameter_vector<Net, Scalar, Storage>::parameter_vector;
};

/// ∇C with respect to each parameter, laid out as the parameters are; in the place of a state, the batch's statistic.
template <Network Net, class Scalar = float, class Storage = storage::heap<Scalar, parameter_size<Net, Scalar>>>
struct gradients : parameter_vector<Net, Scalar, Storage> {
    using parameter_vector<Net, Scalar, Storage>::parameter_vector;
};

/// What a training step does to the state of a network, beside the optimizer's step: p ← p + momentum · (s − p) with
/// the batch's statistics s, which value_and_gradient leaves in the state's places in the gradient. PyTorch's meaning
/// of momentum. Frozen layers, and all that a layer learns, stay as they are.
template <Network Net, class Scalar, class ParameterStorage, class GradientNet, class GradientStorage>
    requires std::is_same_v<flat_network<Net>, flat_network<GradientNet>>
void update_statistics(parameters<Net, Scalar, ParameterStorage>& at,
                       const gradients<GradientNet, Scalar, GradientStorage>& gradient) {
    for (const detail::moving_state& state : detail::moving_states<Net, Scalar>) {
        Scalar* const p = at.data() + state.offset;
        const Scalar* const statistic = gradient.data() + state.offset;
        const auto momentum = static_cast<Scalar>(state.momentum);
        for (std::size_t i = 0; i < state.count; ++i) p[i] += momentum * (statistic[i] - p[i]);
    }
}

/// Fresh parameters, each tensor drawn by its layer's initializer from a stream of its own: the same on every
/// platform for the same seed.
template <Network Net, class Scalar = float>
parameters<Net, Scalar> initialize(seed from) {
    parameters<Net, Scalar> fresh;
    for (std::size_t i = 0; i < parameter_tensor_count<Net>; ++i) {
        const parameter_tensor& tensor = parameter_tensors<Net, Scalar>[i];
        fill<Scalar>(tensor.what.start, fresh.flat().subspan(tensor.offset, tensor.size), tensor.what.fan_in,
                     tensor.what.fan_out, random_stream(from, "initialize", i));
    }
    return fresh;
}

}  // namespace espalier
