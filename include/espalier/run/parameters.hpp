// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <espalier/core/random.hpp>
#include <espalier/core/rarely.hpp>
#include <espalier/run/initializers.hpp>
#include <espalier/run/parameter_vector.hpp>
#include <espalier/run/refusals.hpp>
#include <xtensor/xadapt.hpp>

namespace espalier {

namespace detail {

template <class Element, std::size_t... Extents>
auto tensor_view(Element* data, shape<Extents...>) {
    return xt::adapt(data, xt::xshape<Extents...>{});
}

}  // namespace detail

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
    requires detail::Fits<Net>
parameters<Net, Scalar> initialize(seed from) {
    parameters<Net, Scalar> fresh;
    for (std::size_t i = 0; i < parameter_tensor_count<Net>; ++i) {
        const parameter_tensor& tensor = parameter_tensors<Net, Scalar>[i];
        detail::rarely<fill<Scalar>>(tensor.what.start, fresh.flat().subspan(tensor.offset, tensor.size),
                                     tensor.what.fan_in, tensor.what.fan_out, random_stream(from, "initialize", i));
    }
    return fresh;
}

/// Of a network whose layers do not fit. The second takes nothing: compilers look into the verdict to see that, at the
/// caller's line.
template <Network Net, class Scalar = float>
    requires(!detail::Fits<Net>)
parameters<Net, Scalar> initialize(seed);
template <Network Net, class Scalar = float>
    requires(!detail::Fits<Net>)
void initialize(const detail::verdict_of<Net>&);
template <auto Net, class Scalar = float>
    requires Network<decltype(Net)>
diagnostics::object_for_type<parameters<std::remove_const_t<decltype(Net)>, Scalar>> initialize(seed);

/// Any other call says what is wrong with it.
template <Network Net, class Scalar = float, class... Given>
    requires(detail::Fits<Net> && !(sizeof...(Given) == 1 && (std::is_convertible_v<const Given&, seed> && ...)))
auto initialize(const Given&...)
    -> diagnostics::initialize_of_what<parameters<Net, Scalar>, diagnostics::receives<diagnostics::name_of<Given>...>>;
template <std::same_as<seed> Given>
auto initialize(const Given&) -> diagnostics::initialize_without_network<diagnostics::receives<Given>>;

}  // namespace espalier
