// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include <espalier/core/stand_in.hpp>
#include <espalier/topology/diagnostics.hpp>

namespace espalier::diagnostics {

template <class Type>
inline constexpr bool is_scalar = std::is_same_v<Type, float> || std::is_same_v<Type, double>;

/// What numbers are made of. A class, so that a wrong one is one error; its member is inherited, since clang forgets
/// those of a class whose assertion fails.
template <class Type>
struct scalar : std::type_identity<Type> {
    static_assert(is_scalar<Type>, "scalars are float or double");
};

template <class... What>
inline constexpr bool is_there = false;

template <class Given>
inline constexpr bool is_type_of_network = false;
/// Of a network where its type belongs.
template <class Result>
struct object_for_type : stand_in<Result> {
    static_assert(is_type_of_network<Result>, "this takes the type of a network: using Net = ep::network_t<net>");
};

template <class Result>
inline constexpr bool is_described = false;
template <class Result>
struct batch_missing : stand_in<Result> {
    static_assert(is_described<Result>,
                  "a plan is for a batch: describe<Net, 64>(), or describe<Net, 1>() of one sample");
};

template <std::size_t Number>
struct weighted_layer;
template <std::size_t Number>
struct tensor_number;
template <std::size_t Count>
struct network_has;

template <class Wanted, class Has>
struct no_such_layer : stand_in<void> {
    static_assert(is_there<Wanted, Has>, "weighted layers count from 1, and the network has fewer than that");
};
template <class Wanted, class Layer, class Kind>
struct no_such_tensor_in_layer : stand_in<void> {
    static_assert(is_there<Wanted, Layer, Kind>, "this layer has no such tensor: built without bias?");
};
template <class Wanted, class Has>
struct no_such_tensor : stand_in<void> {
    static_assert(is_there<Wanted, Has>, "the network has fewer parameter tensors than that");
};

}  // namespace espalier::diagnostics
