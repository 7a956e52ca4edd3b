// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <utility>

#include <espalier/core/given.hpp>
#include <espalier/core/storage.hpp>
#include <espalier/plan/parameters.hpp>
#include <espalier/plan/scalar.hpp>

namespace espalier {

namespace detail {

/// A tensor of that shape as an xtensor expression. Defined in run/parameters.hpp: here, the parameters of a network
/// can be passed about without xtensor's headers, which take longer to compile than all of this.
template <class Element, std::size_t... Extents>
auto tensor_view(Element* data, shape<Extents...>);

/// Storages that know their size have the right one.
template <class Storage, std::size_t Size>
inline constexpr bool storage_fits = true;
template <class Storage, std::size_t Size>
    requires requires { Storage::size; }
inline constexpr bool storage_fits<Storage, Size> = Storage::size == Size;

}  // namespace detail

/// The parameters of a network, or something as long (gradients): one flat, aligned vector with named views into
/// it. What layers learn lies first, in their order, then their state (running statistics); each tensor starts on a
/// cache line, and the gaps between them are zero.
template <Network Net, class Scalar, class Storage>
class parameter_vector {
    using element = std::remove_pointer_t<decltype(std::declval<Storage&>().data())>;

    /// Tensor I.
    template <std::size_t I, class Element>
    struct numbered;
    /// Tensor `Position` of weighted layer `Layer`.
    template <std::size_t Layer, std::size_t Position, class Element>
    struct named;

    static_assert(detail::storage_fits<Storage, diagnostics::unasked_parameter_size<Net, Scalar>>,
                  "the storage holds the parameters of another network");

public:
    using network = flat_network<Net>;
    using scalar = Scalar;
    static constexpr std::size_t size() { return diagnostics::unasked_parameter_size<network, Scalar>; }
    static constexpr auto& tensors = parameter_tensors<network, Scalar>;

    parameter_vector() = default;
    explicit parameter_vector(Storage storage) : storage_(std::move(storage)) {}

    auto* data() { return storage_.data(); }
    const Scalar* data() const { return storage_.data(); }
    auto flat() { return std::span(data(), size()); }
    std::span<const Scalar> flat() const { return {data(), size()}; }

    /// Tensor I of the list `tensors`, as an xtensor expression of its shape that refers to this memory.
    template <std::size_t I>
    auto tensor() -> typename numbered<I, element>::type {
        return numbered<I, element>::of(data());
    }
    template <std::size_t I>
    auto tensor() const -> typename numbered<I, const Scalar>::type {
        return numbered<I, const Scalar>::of(data());
    }

    /// Wˡ [outputs][inputs] and bˡ [outputs] of the l-th weighted layer, counted from 1: their first and second
    /// tensors. A layer of your own has what it declares, in its order.
    template <std::size_t Layer, std::size_t Position = 0>
    auto weight() -> typename named<Layer, Position, element>::type {
        return named<Layer, Position, element>::of(data());
    }
    template <std::size_t Layer, std::size_t Position = 0>
    auto weight() const -> typename named<Layer, Position, const Scalar>::type {
        return named<Layer, Position, const Scalar>::of(data());
    }
    template <std::size_t Layer>
    auto bias() -> typename named<Layer, 1, element>::type {
        return named<Layer, 1, element>::of(data());
    }
    template <std::size_t Layer>
    auto bias() const -> typename named<Layer, 1, const Scalar>::type {
        return named<Layer, 1, const Scalar>::of(data());
    }

private:
    template <std::size_t I, class Element>
    static auto view(Element* data) {
        constexpr extents shape = tensors[I].what.shape;
        return [&]<std::size_t... Axis>(std::index_sequence<Axis...>) {
            return detail::tensor_view(data + tensors[I].offset, espalier::shape<shape.extent[Axis]...>{});
        }(std::make_index_sequence<shape.rank>{});
    }

    Storage storage_;
};

template <Network Net, class Scalar, class Storage>
template <std::size_t I, class Element>
struct parameter_vector<Net, Scalar, Storage>::numbered {
    static constexpr auto verdict() {
        if constexpr (I < parameter_tensor_count<network>)
            return std::type_identity<decltype(view<I>(static_cast<Element*>(nullptr)))>{};
        else
            return std::type_identity<diagnostics::no_such_tensor<
                diagnostics::tensor_number<I>, diagnostics::network_has<parameter_tensor_count<network>>>>{};
    }
    using type = typename decltype(verdict())::type;
    static type of([[maybe_unused]] Element* data) {
        if constexpr (I < parameter_tensor_count<network>)
            return view<I>(data);
        else
            return {};
    }
};

template <Network Net, class Scalar, class Storage>
template <std::size_t Layer, std::size_t Position, class Element>
struct parameter_vector<Net, Scalar, Storage>::named {
    static constexpr bool has_layer = Layer >= 1 && Layer < stage_count<network>;
    static constexpr std::size_t layer = stages<network>[has_layer ? Layer : 0].operation;
    static constexpr std::size_t index = first_parameter_tensor<network>(layer) + Position;
    static constexpr bool has_tensor =
        has_layer && index < parameter_tensor_count<network> && tensors[index].layer == layer;

    static constexpr auto verdict() {
        if constexpr (has_tensor)
            return std::type_identity<decltype(view<index>(static_cast<Element*>(nullptr)))>{};
        else if constexpr (has_layer)
            return std::type_identity<diagnostics::no_such_tensor_in_layer<
                diagnostics::tensor_number<Position>, diagnostics::weighted_layer<Layer>, layer_at<network, layer>>>{};
        else
            return std::type_identity<diagnostics::no_such_layer<diagnostics::weighted_layer<Layer>,
                                                                 diagnostics::network_has<stage_count<network> - 1>>>{};
    }
    using type = typename decltype(verdict())::type;
    static type of([[maybe_unused]] Element* data) {
        if constexpr (has_tensor)
            return view<index>(data);
        else
            return {};
    }
};

/// What a network has learned. By default on the heap; storage::in_place or storage::view put it elsewhere.
template <Network Net, class Scalar = typename diagnostics::findings_in<Net>::template then<float>,
          class Storage = storage::heap<
              Scalar, diagnostics::unasked_parameter_size<Net, typename diagnostics::scalar<Scalar>::type>>>
struct parameters : parameter_vector<Net, Scalar, Storage> {
    static_assert(diagnostics::findings_in<Net>::reported);
    using parameter_vector<Net, Scalar, Storage>::parameter_vector;
};

/// ∇C with respect to each parameter, laid out as the parameters are; in the place of a state, the batch's statistic.
template <Network Net, class Scalar = typename diagnostics::findings_in<Net>::template then<float>,
          class Storage = storage::heap<
              Scalar, diagnostics::unasked_parameter_size<Net, typename diagnostics::scalar<Scalar>::type>>>
struct gradients : parameter_vector<Net, Scalar, Storage> {
    static_assert(diagnostics::findings_in<Net>::reported);
    using parameter_vector<Net, Scalar, Storage>::parameter_vector;
};

namespace detail {

template <Network Net, class Scalar, class Storage>
void as_parameters(const parameters<Net, Scalar, Storage>&);
template <Network Net, class Scalar, class Storage>
void as_gradients(const gradients<Net, Scalar, Storage>&);

template <class Type>
concept Parameters = requires(const Type& given) { as_parameters(given); };
template <class Type>
concept Gradients = requires(const Type& given) { as_gradients(given); };

}  // namespace detail

template <class Net, class Scalar, class Storage>
struct diagnostics::named<parameters<Net, Scalar, Storage>> {
    using type = the_parameters;
};
template <class Net, class Scalar, class Storage>
struct diagnostics::named<gradients<Net, Scalar, Storage>> {
    using type = the_gradients;
};
template <class... Layers>
struct diagnostics::named<network<Layers...>> {
    using type = a_network;
};

}  // namespace espalier
