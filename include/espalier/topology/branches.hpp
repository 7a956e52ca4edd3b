// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/activations.hpp>
#include <espalier/layer/structure.hpp>
#include <espalier/topology/network.hpp>

/// Parts side by side, as parts of a network: they nest, repeat and freeze like any other.
///     input<16> >> residual(dense<16> >> relu >> dense<16>) >> relu
///     input<8> >> concat(identity, dense<8> >> relu) >> dense<3>
namespace espalier {

namespace detail {

/// A branch that does nothing has no layers.
template <class Branch>
struct branch_list : part<Branch> {};
template <>
struct branch_list<layer::identity> {
    using type = network<>;
};

template <layer::joint How, class First, class... Rest>
struct branched {
    static constexpr std::size_t count = 1 + sizeof...(Rest);
    using type =
        typename joined<network<layer::fork>, typename branch_list<First>::type,
                        typename joined<network<layer::next_branch>, typename branch_list<Rest>::type>::type...,
                        network<layer::join<How, count>>>::type;
};

template <layer::joint How, class First, class... Rest>
constexpr auto make_branches() {
    constexpr bool few = 1 + sizeof...(Rest) <= layer::max_branches;
    if constexpr (few)
        return typename branched<How, std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...>::type{};
    else
        return network<>{};
}

}  // namespace detail

/// x + block(x). The block keeps the shape.
template <Part Block>
constexpr auto residual(Block) {
    return detail::make_branches<layer::joint::residual, Block, layer::identity>();
}
/// projection(x) + block(x), where the block changes the shape.
template <Part Block, Part Projection>
constexpr auto residual(Block, Projection) {
    return detail::make_branches<layer::joint::residual, Block, Projection>();
}

/// The sum of the branches, element by element; `identity` is the branch that leaves x as it is.
template <Part First, Part... Rest>
constexpr auto add(First, Rest...) {
    static_assert(sizeof...(Rest) < layer::max_branches,
                  "add, concat and multiply take up to 8 branches: put some of them into another join");
    return detail::make_branches<layer::joint::add, First, Rest...>();
}

/// The outputs of the branches one after the other, along the first axis of a sample (channels); the other extents
/// are the same in all branches.
template <Part First, Part... Rest>
constexpr auto concat(First, Rest...) {
    static_assert(sizeof...(Rest) < layer::max_branches,
                  "add, concat and multiply take up to 8 branches: put some of them into another join");
    return detail::make_branches<layer::joint::concat, First, Rest...>();
}

/// The product of the branches, element by element: gates.
template <Part First, Part... Rest>
constexpr auto multiply(First, Rest...) {
    static_assert(sizeof...(Rest) < layer::max_branches,
                  "add, concat and multiply take up to 8 branches: put some of them into another join");
    return detail::make_branches<layer::joint::multiply, First, Rest...>();
}

}  // namespace espalier
