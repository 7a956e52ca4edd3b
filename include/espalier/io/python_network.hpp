// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <pybind11/stl.h>
#include <espalier/io/python_arrays.hpp>
#include <espalier/io/python_recipes.hpp>
#include <espalier/io/tensor_names.hpp>
#include <espalier/plan/layer_name.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/run/value_and_gradient.hpp>
#include <espalier/train/trainer.hpp>
#include <xtensor/xadapt.hpp>

/// What a Python object of a network does. io/python.hpp says how one is made.
namespace espalier::io {

namespace detail {

/// Options of fit that Python gives as keywords, with their defaults there.
struct python_fit {
    std::string loss;
    std::string optimizer;
    std::size_t epochs;
    std::size_t batch;
    std::uint64_t seed;
    bool shuffle;
    double clip_norm;
    std::optional<std::size_t> patience;
    bool resume;
};

/// Parameters, and what guards them: predictions share them, training has them alone. The lock is taken while the GIL
/// is released, never the other way round.
template <Network Net, std::size_t Batch>
class __attribute__((visibility("hidden"))) python_network {
public:
    using scalar = float;
    using gradient_type = gradients<Net, scalar>;

    explicit python_network(std::uint64_t from) : at_(initialize<Net, scalar>(seed{from})) {}

    /// Views of a vector that is laid out as the parameters are; state has no gradient.
    static py::dict named_views(scalar* flat, const py::handle& owner, bool with_state) {
        py::dict views;
        std::size_t i = 0;
        for (const named_tensor& each : tensors_of<Net, scalar>())
            if (!parameter_tensors<Net, scalar>[i++].what.is_state || with_state)
                views[py::str(each.name)] = array_view<scalar>(each.shape, flat + each.offset, owner);
        return views;
    }
    py::dict parameter_views(const py::handle& owner) { return named_views(at_.data(), owner, true); }

    py::array_t<scalar> predict(const py::object& given) const {
        const auto x = numbers<scalar>(given, "x");
        const bool one = espalier::detail::is_sample(x.shape().data(), x.dimension(), input_shape<Net>);
        const std::size_t rows = one ? 1 : rows_of(x, input_shape<Net>, "x").rows;
        auto y = fresh_array<scalar>(output_shape<Net>, one ? nullptr : &rows);
        const std::span<scalar> to(y.mutable_data(), rows * output_size<Net>);
        const py::gil_scoped_release others_run;
        const std::shared_lock guard(mutex_);
        inference_workspace<Net, espalier::detail::inference_batch<scalar>, scalar> memory;
        espalier::predict(at_, x.flat(), to, memory);
        return y;
    }

    std::pair<double, py::dict> value_and_gradient(const py::object& inputs, const py::object& targets,
                                                   const std::string& loss, std::uint64_t from,
                                                   std::uint64_t step) const {
        const auto x = numbers<scalar>(inputs, "x");
        rows_of(x, input_shape<Net>, "x");
        auto gradient = std::make_unique<gradient_type>();
        double value = 0;
        with_targets(targets, loss, x.shape()[0], [&](const auto& function, const auto& y) {
            const py::gil_scoped_release others_run;
            const std::shared_lock guard(mutex_);
            value = in_pieces(x.flat(), y.flat(), function, *gradient, coins{seed{from}, step});
        });
        scalar* const flat = gradient->data();
        const py::capsule owner(gradient.release(), [](void* old) { delete static_cast<gradient_type*>(old); });
        return {value, named_views(flat, owner, false)};
    }

    py::dict fit(const py::object& inputs, const py::object& targets, const std::optional<py::tuple>& validation,
                 const python_fit& options, const py::kwargs& rates) {
        any_optimizer rule = optimizer_by_name(options.optimizer);
        for (const auto& [name, value] : rates)
            std::visit([&](auto* to) { *to = py::cast<std::remove_reference_t<decltype(*to)>>(value); },
                       hyperparameter_by_name(rule, py::cast<std::string>(name)));
        if (validation && validation->size() != 2)
            throw std::invalid_argument("validation: expected (x, y), found " + std::to_string(validation->size()) +
                                        " elements");
        const auto x = numbers<scalar>(inputs, "x");
        rows_of(x, input_shape<Net>, "x");
        history past;
        with_targets(targets, options.loss, x.shape()[0], [&](const auto& function, const auto& y) {
            const auto set = set_of(x, y);
            std::optional<std::remove_const_t<decltype(set)>> other;
            if (validation) {
                const auto valid_x = numbers<scalar>((*validation)[0], "validation x");
                rows_of(valid_x, input_shape<Net>, "validation x");
                other.emplace(set_of(valid_x, std::remove_cvref_t<decltype(y)>((*validation)[1])));
            }
            past = train(function, rule, set, other, options);
        });
        return columns(past);
    }

    void load_state_dict(const py::dict& given) {
        const auto tensors = tensors_of<Net, scalar>();
        std::vector<array_argument<scalar>> values;
        for (const named_tensor& each : tensors) {
            if (!given.contains(each.name)) throw std::invalid_argument("state dict: no tensor '" + each.name + "'");
            values.push_back(numbers<scalar>(given[py::str(each.name)], each.name.c_str()));
            if (values.back().shape() != each.shape)
                throw shape_error(each.name + ": expected shape " + written(each.shape) + ", found " +
                                  written(values.back().shape()));
        }
        for (const auto& item : given) {
            const auto name = py::cast<std::string>(item.first);
            const auto is_it = [&](const named_tensor& each) { return each.name == name; };
            if (std::none_of(tensors.begin(), tensors.end(), is_it))
                throw std::invalid_argument("state dict: the network has no tensor '" + name + "'");
        }
        const py::gil_scoped_release others_run;
        const std::unique_lock guard(mutex_);
        for (std::size_t i = 0; i < tensors.size(); ++i)
            std::copy_n(values[i].data(), tensors[i].size, at_.data() + tensors[i].offset);
    }

    static std::string text() { return text_of(flat_network<Net>{}); }

private:
    /// Targets as a loss of that name takes them: [rows] class indices, or values.
    struct label_argument : array_argument<std::int64_t> {
        explicit label_argument(const py::object& given) : array_argument(class_indices(given)) {}
    };
    struct value_argument : array_argument<scalar> {
        explicit value_argument(const py::object& given) : array_argument(numbers<scalar>(given, "targets")) {}
    };

    template <class Function>
    static void with_targets(const py::object& given, const std::string& loss, std::size_t rows, Function&& run) {
        if (loss == "softmax_cross_entropy" && holds_integers(given)) {
            const label_argument y(given);
            espalier::detail::targets_of<scalar, output_size<Net>, losses::softmax_cross_entropy>(y, rows);
            run(softmax_cross_entropy, y);
        } else {
            const any_value_loss function = value_loss_by_name(loss);
            const value_argument y(given);
            espalier::detail::targets_of<scalar, output_size<Net>, any_value_loss>(y, rows);
            run(function, y);
        }
    }

    template <class Function, class Target>
    double in_pieces(std::span<const scalar> x, std::span<const Target> y, const Function& loss,
                     gradient_type& gradient, coins tossed) const {
        workspace<Net, Batch, scalar> memory;
        const std::size_t rows = x.size() / input_size<Net>;
        if (rows == 0) throw shape_error("x: expected at least 1 row, found 0");
        const std::size_t width = y.size() / rows;
        if (rows <= Batch)
            return static_cast<double>(espalier::value_and_gradient(at_, x, y, loss, gradient, memory, tossed));
        gradient_type part;
        double sum = 0;
        for (std::size_t first = 0; first < rows; first += Batch) {
            const std::size_t count = std::min(Batch, rows - first);
            tossed.first_row = first;
            const auto value = static_cast<double>(
                espalier::value_and_gradient(at_, x.subspan(first * input_size<Net>, count * input_size<Net>),
                                             y.subspan(first * width, count * width), loss, part, memory, tossed));
            const double share = static_cast<double>(count) / static_cast<double>(rows);
            sum += share * value;
            for (std::size_t i = 0; i < gradient.size(); ++i)
                gradient.data()[i] += static_cast<scalar>(share) * part.data()[i];
        }
        return sum;
    }

    template <class Scalar>
    static auto as_matrix(const array_argument<Scalar>& given) {
        const std::size_t rows = given.shape()[0];
        const std::array<std::size_t, 2> shape{rows, rows == 0 ? 0 : given.size() / rows};
        return xt::adapt(given.data(), given.size(), xt::no_ownership(), shape);
    }
    static auto set_of(const array_argument<scalar>& x, const label_argument& y) {
        return classification_set<scalar>(as_matrix(x), as_matrix(y), output_size<Net>);
    }
    static auto set_of(const array_argument<scalar>& x, const value_argument& y) {
        return regression_set<scalar>(as_matrix(x), as_matrix(y));
    }

    template <class Function, class Set>
    history train(const Function& loss, const any_optimizer& rule, const Set& set, const std::optional<Set>& other,
                  const python_fit& options) {
        const trainer recipe{Net{}, loss, rule, espalier::batch<Batch>};
        fit_options<Set> wanted{.epochs = options.epochs,
                                .from = seed{options.seed},
                                .shuffle = options.shuffle,
                                .rows_per_step = options.batch,
                                .clip_norm = options.clip_norm,
                                .progress = progress::none};
        if (other) wanted.validation = *other;
        if (options.patience) wanted.early_stopping = {.patience = *options.patience};
        wanted.on_epoch = [](epoch_report&) {
            const py::gil_scoped_acquire python;  // Ctrl-C ends the training
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        };
        const py::gil_scoped_release others_run;
        const std::unique_lock guard(mutex_);
        if (!options.resume) {
            state_ = {};
            optimizer_.clear();
        } else if (optimizer_ != options.optimizer) {
            throw std::invalid_argument("resume: expected the optimizer of the last fit, '" + optimizer_ +
                                        "', found '" + options.optimizer + "'");
        }
        optimizer_ = options.optimizer;
        return recipe.fit(at_, state_, set, wanted);
    }

    static py::dict columns(const history& past) {
        const auto column = [&](auto epoch_record::* member) {
            using element = std::remove_cvref_t<decltype(epoch_record{}.*member)>;
            py::array_t<element> values(static_cast<py::ssize_t>(past.epochs.size()));
            for (std::size_t i = 0; i < past.epochs.size(); ++i) values.mutable_data()[i] = past.epochs[i].*member;
            return values;
        };
        py::dict table;
        table["epoch"] = column(&epoch_record::epoch);
        table["training_loss"] = column(&epoch_record::training_loss);
        table["validation_loss"] = column(&epoch_record::validation_loss);
        table["validation_accuracy"] = column(&epoch_record::validation_accuracy);
        table["seconds"] = column(&epoch_record::seconds);
        table["stopped_early"] = past.stopped_early;
        table["best_epoch"] = past.best_epoch;
        return table;
    }

    static std::string written(const std::vector<std::size_t>& shape) {
        return espalier::detail::written(shape.data(), shape.size());
    }

    template <class... Layers>
    static std::string text_of(network<Layers...>) {
        std::string text;
        ((text += (text.empty() ? "" : " >> ") + layer_name<Layers>()), ...);
        return text;
    }

    mutable std::shared_mutex mutex_;
    parameters<Net, scalar> at_;
    optimizer_state<Net, any_optimizer, scalar> state_;
    std::string optimizer_;
};

}  // namespace detail
}  // namespace espalier::io
