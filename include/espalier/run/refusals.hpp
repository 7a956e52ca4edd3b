// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include <espalier/core/given.hpp>
#include <espalier/core/stand_in.hpp>
#include <espalier/topology/diagnostics.hpp>

/// What a compiler prints where arguments of a step or a prediction do not belong together.
namespace espalier::diagnostics {

template <class... What>
inline constexpr bool arguments_agree = false;

/// The layer at which a network differs from that of the parameters, or none where one of them ends.
template <class Layer>
struct parameters_have;
template <class Layer>
struct this_has;
struct no_layer;
template <class Scalar>
struct parameters_of;
template <std::size_t Outputs>
struct outputs;
template <std::size_t Rows>
struct rows;
template <class... Shape>
struct takes;
template <std::size_t Rank>
struct rank;

template <class Result, class Where, class Expected, class Found>
struct another_network : stand_in<Result> {
    static_assert(arguments_agree<Where, Expected, Found>,
                  "parameters, gradients, workspace and optimizer state belong to one network");
};

template <class Result, class Expected, class Found>
struct another_scalar : stand_in<Result> {
    static_assert(arguments_agree<Expected, Found>,
                  "parameters, gradients, workspace and optimizer state have one scalar type");
};

template <class Result, class Expected, class Found>
struct another_scalar_in_x : stand_in<Result> {
    static_assert(arguments_agree<Expected, Found>, "x has the scalar type of the parameters: xt::cast<…>(x)");
};

template <class Result, class Expected, class Found>
struct another_scalar_in_data : stand_in<Result> {
    static_assert(arguments_agree<Expected, Found>, "the data set has the scalar type of the parameters");
};

template <class Result, class Where, class Layer>
struct coins_missing : stand_in<Result> {
    static_assert(arguments_agree<Where, Layer>,
                  "a network with dropout takes coins{seed, step} last, with another step each time");
};

template <class Result, class Workspace>
struct workspace_without_gradients : stand_in<Result> {
    static_assert(arguments_agree<Workspace>, "this workspace is planned without parameter gradients");
};
template <class Result, class Workspace>
struct workspace_without_input_gradient : stand_in<Result> {
    static_assert(arguments_agree<Workspace>, "value_and_gradients takes a workspace for request::both");
};

template <class Result, class Outputs, class Found>
struct labels_for_values : stand_in<Result> {
    static_assert(arguments_agree<Outputs, Found>, "this loss takes values [rows][outputs], not class indices");
};
template <class Result, class Outputs, class Found>
struct values_for_labels : stand_in<Result> {
    static_assert(arguments_agree<Outputs, Found>, "this loss takes class indices [rows], not values");
};
template <class Result, class Expected, class Found>
struct another_scalar_in_targets : stand_in<Result> {
    static_assert(arguments_agree<Expected, Found>,
                  "targets are class indices (any integer) or values of the network's scalar type");
};

template <class Result, class Found>
struct no_loss : stand_in<Result> {
    static_assert(arguments_agree<Found>, "the fourth argument is a loss, e.g. ep::mse or ep::softmax_cross_entropy");
};
template <class Result, class Found>
struct loss_without_labels : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "this loss lacks its member takes_labels: static constexpr bool, whether it takes class indices");
};
template <class Result, class Found>
struct loss_without_values : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "this loss lacks its member takes_values: static constexpr bool, whether it takes values");
};
template <class Result, class Found>
struct loss_without_copies : stand_in<Result> {
    static_assert(arguments_agree<Found>, "a loss is copied and assigned: no const, reference or unique_ptr member");
};
template <class Result, class Found>
struct loss_without_call : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "this loss lacks its member operator()<Outputs, Scalar>(prediction, target, emit) const: see "
                  "loss/contract.hpp");
};
template <class Result, class Expected, class Found>
struct another_optimizer : stand_in<Result> {
    static_assert(arguments_agree<Expected, Found>, "this state belongs to another optimizer");
};

template <class Result, class Takes, class Found>
struct sample_differs : stand_in<Result> {
    static_assert(arguments_agree<Takes, Found>,
                  "x is one sample [input shape…] or [size], or many [rows][input shape…] or [rows][size]");
};
template <class Result, class Takes, class Found>
struct target_differs : stand_in<Result> {
    static_assert(arguments_agree<Takes, Found>,
                  "the targets are values [rows][outputs]: as wide as the network's output");
};
template <class Result, class Takes, class Found>
struct batch_differs : stand_in<Result> {
    static_assert(arguments_agree<Takes, Found>,
                  "x has at most the rows that the workspace is planned for: workspace<Net, rows>");
};
template <class Result, class Found>
struct rank_unknown : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "predict takes x of static rank, e.g. xt::xtensor; others go to predict_rows");
};
template <class Result, class Found>
struct parameters_missing : stand_in<Result> {
    static_assert(arguments_agree<Found>, "the first argument is the network's parameters: predict(parameters, x)");
};
template <class Result, class Found>
struct prediction_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "predict takes (parameters, x), or (parameters, x, y, inference_workspace) where y and the workspace "
                  "are variables of this network");
};

template <class Result, class Found>
struct expression_as_x : stand_in<Result> {
    static_assert(arguments_agree<Found>, "x is an expression that holds no values: pass xt::eval(x)");
};
template <class Result, class Found>
struct no_samples : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "x is an xtensor container or a std::span, array or vector; of a pointer, std::span(pointer, size)");
};
template <class Result, class Found>
struct no_rows : stand_in<Result> {
    static_assert(arguments_agree<Found>, "many samples are an xtensor container or a std::span: std::span(x)");
};
template <class Result, class Found>
struct no_targets : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "the targets are an xtensor container or a std::span: std::span(y), or xt::eval(y) of an expression");
};

template <class Result, class Found>
struct initialize_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>, "initialize takes a seed: ep::initialize<Net>(ep::seed{42})");
};
/// Without a network there is no telling what is made: it becomes whatever the caller takes it for.
template <class Found>
struct initialize_without_network {
    template <class Any>
    operator Any() const;  // NOLINT: it becomes one
    static_assert(arguments_agree<Found>, "initialize takes the type of a network: ep::initialize<Net>(ep::seed{42})");
};

/// What arguments are from the fourth on.
template <class... Found>
struct from_the_fourth_on;

template <class Result, class Found>
struct gradient_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "value_and_gradient takes (parameters, x, y, loss, gradients, workspace), and coins with dropout");
};
template <class Result, class Found>
struct gradients_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "value_and_gradients takes (parameters, x, y, loss, gradients, x_gradient, workspace[, coins])");
};
template <class Result, class Found>
struct gradient_into_constant : stand_in<Result> {
    static_assert(arguments_agree<Found>, "gradients and workspace are written to: they are no constants");
};

}  // namespace espalier::diagnostics
