// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <utility>

#include <espalier/core/storage.hpp>
#include <espalier/plan/parameters.hpp>

namespace espalier {

namespace detail {

/// A tensor of that shape as an xtensor expression. Defined in run/parameters.hpp: here, the parameters of a network
/// can be passed about without xtensor's headers, which take longer to compile than all of this.
template <class Element, std::size_t... Extents>
auto tensor_view(Element* data, shape<Extents...>);

}  // namespace detail

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
            return detail::tensor_view(data + tensors[I].offset, espalier::shape<shape.extent[Axis]...>{});
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

}  // namespace espalier
