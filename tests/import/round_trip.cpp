// SPDX-License-Identifier: MIT
// Headers that espalier-import has made, while this was built, of the models that tests/io/onnx_export*.cpp wrote.
#include "round_trip.hpp"
#include "../folders.hpp"

#include <branches.hpp>
#include <classifier.hpp>
#include <composed.hpp>
#include <constant_double.hpp>
#include <constant_nothing.hpp>
#include <double.hpp>
#include <normalised.hpp>
#include <nothing.hpp>
#include <operators.hpp>
#include <own.hpp>
#include <shapes.hpp>
#include <tables.hpp>

namespace ep = espalier;

TEST_CASE("an exported network comes back with the same outputs") {
    check_exported(operators::load, "operators");
    check_exported(composed::load, "composed");
    check_exported(model_double::load, "double");
    check_exported(own::load, "own");
    check_exported(classifier::load, "classifier");
    check_exported(nothing::load, "nothing");
    check_exported(shapes::load, "shapes");
    check_exported(branches::load, "branches");
}

TEST_CASE("so do normalisations and tables, as the layers that they were") {
    check_exported(normalised::load, "normalised");
    check_exported(tables::load, "tables");
    static_assert(std::is_same_v<ep::layer_at<normalised::Network, 2>, ep::layer::group_norm<2>>);
    static_assert(std::is_same_v<ep::layer_at<tables::Network, 1>, ep::layer::embedding<5, 4>>);
}

TEST_CASE("as constants too") {
    const std::filesystem::path models = in_imported("onnx");
    static_assert(std::is_same_v<decltype(constant_double::parameters)::scalar, double>);
    check_outputs(constant_double::parameters, models / "double");
    check_outputs(constant_nothing::parameters, models / "nothing");
}

TEST_CASE("activations are recognised by what they compute") {
    static_assert(std::is_same_v<ep::layer_at<composed::Network, 1>, ep::layer::gelu>);
    static_assert(std::is_same_v<ep::layer_at<composed::Network, 5>, ep::layer::silu>);
    static_assert(std::is_same_v<ep::layer_at<operators::Network, 12>, ep::layer::softplus>);
}
