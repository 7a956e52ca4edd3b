// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/io/python_network.hpp>

/// A network as a Python module, by pybind11. Not part of espalier.hpp: a program without Python needs none of this.
/// In a source file of its own,
///
///     ESPALIER_PYTHON_MODULE(digits, Digits)
///
/// makes the module `digits` with the class `Network`; examples/python shows its use and how it is built.
namespace espalier::io {

/// Rows that a module's plan holds: the largest batch of `fit`, and of one pass of `value_and_gradient`.
inline constexpr std::size_t python_batch = 256;

/// Adds the class `Network`, and the shapes as constants, to a module.
template <Network Net, std::size_t Batch = python_batch>
void bind_network(pybind11::module_& module) {
    namespace py = pybind11;
    using namespace py::literals;
    using bound = detail::python_network<Net, Batch>;
    using loss_and_gradient = std::pair<double, py::dict>;

    py::register_local_exception<divergence_error>(module, "DivergenceError", PyExc_ValueError);
    const auto shape = [](const extents& of) {
        py::tuple numbers(of.rank);
        for (std::size_t axis = 0; axis < of.rank; ++axis) numbers[axis] = of.extent[axis];
        return numbers;
    };
    module.attr("input_shape") = shape(input_shape<Net>);
    module.attr("output_shape") = shape(output_shape<Net>);
    module.attr("largest_batch") = Batch;

    py::class_<bound>(module, "Network", py::module_local(),
                      R"(A network, compiled: its layers are fixed, its parameters are not.

Arrays of floats, integers or bool of any width and memory order are taken and rounded to float32; arrays of float32
in row-major order are read where they lie, without a copy. Whatever does not fit is a ValueError that says what was
expected and what was found. The GIL is released while numbers are computed: predictions of one Network run in
parallel, and training waits for them.)")
        .def(py::init<std::uint64_t>(), "seed"_a = 0, "Fresh parameters: the same for the same seed, on every machine.")
        .def_property_readonly(
            "parameters", [](const py::object& self) { return py::cast<bound&>(self).parameter_views(self); },
            "The parameters by name, as PyTorch's state_dict names them. Each array is the network's own memory: what\n"
            "is written into it, the network computes with.")
        .def("load_state_dict", &bound::load_state_dict, "values"_a,
             "Copies arrays into the parameters of the same names; all names and shapes must fit, or nothing changes.")
        .def("predict", &bound::predict, "x"_a,
             "x [input shape] or [size], one sample -> [output shape]; x [rows, input shape] or [rows, size] ->\n"
             "[rows, output shape]. Dropout does nothing.")
        .def(
            "value_and_gradient",
            [](const bound& self, const py::object& x, const py::object& y, const std::string& loss, std::uint64_t from,
               std::uint64_t step) -> loss_and_gradient { return self.value_and_gradient(x, y, loss, from, step); },
            "x"_a, "y"_a, "loss"_a, py::kw_only(), "seed"_a = 0, "step"_a = 0,
            "The mean loss over the rows of x, and a dict of its gradients by parameter. y [rows] are class indices\n"
            "(loss 'softmax_cross_entropy'), or y [rows, outputs] values ('softmax_cross_entropy', 'mse', 'mae',\n"
            "'huber', 'binary_cross_entropy'; the latter and the first take logits). seed and step choose the\n"
            "elements that dropout drops.")
        .def(
            "fit",
            [](bound& self, const py::object& x, const py::object& y, const std::string& loss,
               const std::string& optimizer, std::size_t epochs, std::size_t batch, std::uint64_t from, bool shuffle,
               const std::optional<py::tuple>& validation, double clip_norm, std::optional<std::size_t> patience,
               bool resume, const py::kwargs& rates) {
                return self.fit(x, y, validation,
                                {loss, optimizer, epochs, batch, from, shuffle, clip_norm, patience, resume}, rates);
            },
            "x"_a, "y"_a, "loss"_a, py::kw_only(), "optimizer"_a = "adam", "epochs"_a = 1, "batch"_a = 32, "seed"_a = 0,
            "shuffle"_a = true, "validation"_a = py::none(), "clip_norm"_a = 0.0, "patience"_a = py::none(),
            "resume"_a = false,
            "Trains in place; x, y and loss are those of value_and_gradient, of any number of rows. Keywords beyond\n"
            "those named are the optimizer's ('sgd', 'adam', 'adamw', 'rmsprop'): learning_rate, weight_decay,\n"
            "momentum, ... as in C++. batch is at most largest_batch. validation is (x, y). patience ends the "
            "training\n"
            "that long after the best epoch and goes back to it. resume goes on with the optimizer of the last fit.\n"
            "Returns the history: arrays with one element an epoch, best_epoch and stopped_early. A loss that is not\n"
            "finite is a DivergenceError, which is a ValueError.")
        .def("__repr__", [](const bound&) { return bound::text(); });
}

}  // namespace espalier::io

/// Defines the Python module `name`, whose class `Network` is this network (its type). The file is built as a shared
/// library called as the module is.
#define ESPALIER_PYTHON_MODULE(name, ...) \
    PYBIND11_MODULE(name, module) { ::espalier::io::bind_network<__VA_ARGS__>(module); }
