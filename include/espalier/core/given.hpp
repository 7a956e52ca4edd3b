// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

/// What a compiler prints of an argument that is out of place: a word for what has a long type, else the type.
namespace espalier::diagnostics {

struct an_expression;
struct a_pointer;
struct the_parameters;
struct the_gradients;
struct a_workspace;
struct an_optimizer_state;
struct a_training_state;
struct a_data_set;
struct a_network {};
struct a_loss {};
struct an_optimizer {};
struct a_schedule {};
template <class Element>
struct a_tensor_of;

template <class Given>
struct named {
    using type = Given;
};
template <class Given>
using name_of = typename named<std::remove_cvref_t<Given>>::type;

template <class Element>
struct named<Element*> {
    using type = a_pointer;
};

/// Whether Name is among Names.
template <class Name, class... Names>
concept OneOf = (std::is_same_v<Name, Names> || ...);

/// A class of the library. A function that takes any arguments to refuse them is found beside users' own of its name,
/// and would be preferred for their classes: its first argument is Ours.
template <class Given>
concept Ours = OneOf<name_of<Given>, the_parameters, the_gradients, a_workspace, an_optimizer_state, a_training_state,
                     a_data_set, a_network>;

template <class Name>
inline constexpr bool is_loss_or_tensor = std::is_same_v<Name, a_loss> || std::is_same_v<Name, an_expression>;
template <class Element>
inline constexpr bool is_loss_or_tensor<a_tensor_of<Element>> = true;

/// Arguments that show which function is meant: one of them is Ours, or they are tensors and a loss. Any others, a
/// user's own function of this name may take by conversion, and must not lose them to one that takes what they are.
template <class... Rest>
concept ShowsWhich =
    (Ours<Rest> || ...) || (OneOf<a_loss, name_of<Rest>...> && (is_loss_or_tensor<name_of<Rest>> && ...));

/// Takes what nothing shows: any conversion that a user's function needs is as good.
struct anything {
    template <class Any>
    anything(const Any&);
};

}  // namespace espalier::diagnostics
