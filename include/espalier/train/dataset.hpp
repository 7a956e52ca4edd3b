// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <espalier/core/given.hpp>
#include <espalier/core/random.hpp>
#include <espalier/core/rarely.hpp>
#include <espalier/train/dataset_values.hpp>
#include <xtensor/xtensor.hpp>

namespace espalier::diagnostics {

template <class Value>
struct inputs_of;
template <class Value>
struct labels_of;
template <class Value>
struct values_of;
template <class... Given>
struct arrays_of;
template <class What>
inline constexpr bool can_be_learned_from = false;

/// Of targets: the data set has been refused already.
template <class Target>
inline constexpr bool is_refused = false;
template <class Value>
inline constexpr bool is_refused<inputs_of<Value>> = true;
template <class Value>
inline constexpr bool is_refused<labels_of<Value>> = true;
template <class Value>
inline constexpr bool is_refused<values_of<Value>> = true;
template <class... Given>
inline constexpr bool is_refused<arrays_of<Given...>> = true;

/// So that only the assertion is an error.
struct no_dataset {
    std::size_t rows() const { return 0; }
    std::size_t features() const { return 0; }
    std::size_t classes() const { return 0; }
};

}  // namespace espalier::diagnostics

namespace espalier {

namespace detail {

template <class Expression>
inline constexpr bool is_real =
    std::same_as<typename Expression::value_type, float> || std::same_as<typename Expression::value_type, double>;

/// The scalar of a set whose type follows from its inputs. Others become float: the constructor then refuses them.
template <class Inputs>
using input_scalar = std::conditional_t<is_real<Inputs>, typename Inputs::value_type, float>;

}  // namespace detail

/// What is learned from: inputs [rows][features], and a target a row. Target is xt::xtensor<std::int32_t, 1> of class
/// indices, or xt::xtensor<T, 2> of values [rows][outputs]. Checked once, on construction, and constant from then on:
/// whatever is not finite, in range and of equal row counts is a std::invalid_argument that names row and column.
template <std::floating_point T, class Target>
class dataset {
public:
    using value_type = T;
    using target_type = Target;
    static constexpr bool is_classification = std::same_as<Target, xt::xtensor<std::int32_t, 1>>;
    static_assert(is_classification || std::same_as<Target, xt::xtensor<T, 2>>,
                  "the targets of a dataset are xt::xtensor<std::int32_t, 1> (classes) or xt::xtensor<T, 2> (values)");

    /// Inputs of any rank ([rows] then features, which are flattened) and labels from 0 to classes - 1 of any integer
    /// type or bool.
    template <class Inputs, class Labels>
        requires is_classification
    dataset(const xt::xexpression<Inputs>& inputs, const xt::xexpression<Labels>& labels, std::size_t classes)
        : inputs_(detail::flattened<T>(inputs, "inputs")),
          targets_(detail::checked_labels(labels, classes)),
          classes_(classes) {
        check_inputs<Inputs>();
        static_assert(std::integral<typename Labels::value_type>,
                      "the labels of a dataset are integers or bool: cast them first, as in xt::cast<int>(labels)");
        check_rows();
    }

    /// Inputs and values of any rank, each flattened behind the first axis.
    template <class Inputs, class Values>
        requires(!is_classification)
    dataset(const xt::xexpression<Inputs>& inputs, const xt::xexpression<Values>& values)
        : inputs_(detail::flattened<T>(inputs, "inputs")), targets_(detail::flattened<T>(values, "targets")) {
        check_inputs<Inputs>();
        check_rows();
    }

    std::size_t rows() const { return inputs_.shape(0); }
    std::size_t features() const { return inputs_.shape(1); }
    const xt::xtensor<T, 2>& inputs() const { return inputs_; }
    const Target& targets() const { return targets_; }
    std::size_t classes() const
        requires is_classification
    {
        return classes_;
    }

    /// Those rows, in that order; a row may come more than once.
    dataset subset(std::span<const std::size_t> indices) const {
        if (indices.empty()) detail::refuse_dataset({"a subset needs at least one row"});
        for (const std::size_t row : indices) {
            if (row < rows()) continue;
            detail::refuse_dataset({"row ", row, " of a subset is not below ", rows()});
        }
        return dataset(detail::gathered(inputs_, indices), detail::gathered(targets_, indices), classes_, checked{});
    }

    /// Two disjoint parts, of which the first holds `fraction` (between 0 and 1) of the rows; chosen at random, in
    /// their old order. With labels each class is divided so, to less than one row.
    std::pair<dataset, dataset> split(double fraction, seed from) const {
        const std::int32_t* labels = nullptr;
        if constexpr (is_classification) labels = targets_.data();
        const detail::row_split parts = detail::rarely<detail::split_rows>(fraction, from, rows(), labels);
        return {subset(parts.first), subset(parts.second)};
    }

private:
    struct checked {};

    dataset(xt::xtensor<T, 2> inputs, Target targets, std::size_t classes, checked)
        : inputs_(std::move(inputs)), targets_(std::move(targets)), classes_(classes) {}

    template <class Inputs>
    static constexpr void check_inputs() {
        static_assert(detail::is_real<Inputs>,
                      "the inputs of a dataset are float or double: divide or cast the integers first, "
                      "as in images / 255.0f");
    }

    void check_rows() const {
        if (targets_.shape(0) == rows()) return;
        detail::refuse_dataset({"inputs have ", rows(), " rows, targets ", targets_.shape(0)});
    }

    xt::xtensor<T, 2> inputs_;
    Target targets_;
    std::size_t classes_ = 0;
};

namespace detail {
template <class T, class Target>
void as_dataset(const dataset<T, Target>&);
template <class Type>
concept DataSet = requires(const Type& given) { as_dataset(given); };
}  // namespace detail

template <class T, class Target>
struct diagnostics::named<dataset<T, Target>> {
    using type = a_data_set;
};

/// What cannot be a data set: the class that a wrong one is taken for says why.
template <std::floating_point T, class Value>
class dataset<T, diagnostics::inputs_of<Value>> : public diagnostics::no_dataset {
public:
    template <class... Arguments>
    dataset(const Arguments&...) {}
    static_assert(diagnostics::can_be_learned_from<diagnostics::inputs_of<Value>>,
                  "the inputs of a dataset are float or double: divide or cast the integers first, as in "
                  "images / 255.0f");
};
template <std::floating_point T, class Value>
class dataset<T, diagnostics::labels_of<Value>> : public diagnostics::no_dataset {
public:
    template <class... Arguments>
    dataset(const Arguments&...) {}
    static_assert(diagnostics::can_be_learned_from<diagnostics::labels_of<Value>>,
                  "the labels of a dataset are integers or bool: cast them first, as in xt::cast<int>(labels)");
};
template <std::floating_point T, class Value>
class dataset<T, diagnostics::values_of<Value>> : public diagnostics::no_dataset {
public:
    template <class... Arguments>
    dataset(const Arguments&...) {}
    static_assert(
        diagnostics::can_be_learned_from<diagnostics::values_of<Value>>,
        "labels take the number of classes: dataset{inputs, labels, classes}; cast what is no label to float");
};

template <std::floating_point T, class... Given>
class dataset<T, diagnostics::arrays_of<Given...>> : public diagnostics::no_dataset {
public:
    template <class... Arguments>
    dataset(const Arguments&...) {}
    static_assert(diagnostics::can_be_learned_from<diagnostics::arrays_of<Given...>>,
                  "a dataset takes xtensor arrays: {inputs, labels, classes} or {inputs, values}; of a std::vector "
                  "xt::adapt(x, {rows, features})");
};

template <class Inputs, class Labels>
dataset(const xt::xexpression<Inputs>&, const xt::xexpression<Labels>&, std::size_t) -> dataset<
    detail::input_scalar<Inputs>,
    std::conditional_t<!detail::is_real<Inputs>, diagnostics::inputs_of<typename Inputs::value_type>,
                       std::conditional_t<std::integral<typename Labels::value_type>, xt::xtensor<std::int32_t, 1>,
                                          diagnostics::labels_of<typename Labels::value_type>>>>;

template <class Inputs, class Values>
dataset(const xt::xexpression<Inputs>&, const xt::xexpression<Values>&)
    -> dataset<detail::input_scalar<Inputs>,
               std::conditional_t<!detail::is_real<Inputs>, diagnostics::inputs_of<typename Inputs::value_type>,
                                  std::conditional_t<std::integral<typename Values::value_type>,
                                                     diagnostics::values_of<typename Values::value_type>,
                                                     xt::xtensor<detail::input_scalar<Inputs>, 2>>>>;

namespace detail {
template <class Type>
void as_expression(const xt::xexpression<Type>&);
template <class Type>
concept ExpressionOrDerived = requires(const Type& given) { as_expression(given); };
}  // namespace detail

/// Of anything else.
template <class First, class Second, class... Rest>
    requires(!detail::ExpressionOrDerived<First> || !detail::ExpressionOrDerived<Second> || sizeof...(Rest) > 1)
dataset(const First&, const Second&, const Rest&...)
    -> dataset<float, diagnostics::arrays_of<diagnostics::name_of<First>, diagnostics::name_of<Second>,
                                             diagnostics::name_of<Rest>...>>;

template <std::floating_point T>
using classification_set = dataset<T, xt::xtensor<std::int32_t, 1>>;

template <std::floating_point T>
using regression_set = dataset<T, xt::xtensor<T, 2>>;

}  // namespace espalier
