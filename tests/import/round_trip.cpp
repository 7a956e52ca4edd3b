// SPDX-License-Identifier: MIT
// Headers that espalier-import has made, while this was built, of the models that tests/io/onnx_export*.cpp wrote.
#include "round_trip.hpp"

#include <branches.hpp>
#include <channels.hpp>
#include <classifier.hpp>
#include <composed.hpp>
#include <constant_double.hpp>
#include <constant_nothing.hpp>
#include <double.hpp>
#include <images.hpp>
#include <normalised.hpp>
#include <nothing.hpp>
#include <operators.hpp>
#include <own.hpp>
#include <resized.hpp>
#include <shapes.hpp>
#include <signals.hpp>
#include <tables.hpp>

namespace ep = espalier;

namespace {
const std::filesystem::path headers = ESPALIER_IMPORTED, models = headers / "onnx";

template <class Parameters>
void check(Parameters (*load)(const std::filesystem::path&), const std::string& name) {
    check_outputs(load(headers / (name + ".safetensors")), models / name);
}
}  // namespace

TEST_CASE("an exported network comes back with the same outputs") {
    check(operators::load, "operators");
    check(composed::load, "composed");
    check(model_double::load, "double");
    check(own::load, "own");
    check(classifier::load, "classifier");
    check(nothing::load, "nothing");
    check(shapes::load, "shapes");
    check(branches::load, "branches");
}

TEST_CASE("so do images and signals") {
    check(images::load, "images");
    check(signals::load, "signals");
    check(resized::load, "resized");
    check(channels::load, "channels");
}

TEST_CASE("so do normalisations and tables, as the layers that they were") {
    check(normalised::load, "normalised");
    check(tables::load, "tables");
    static_assert(std::is_same_v<ep::layer_at<normalised::Network, 2>, ep::layer::group_norm<2>>);
    static_assert(std::is_same_v<ep::layer_at<tables::Network, 1>, ep::layer::embedding<5, 4>>);
}

TEST_CASE("as constants too") {
    static_assert(std::is_same_v<decltype(constant_double::parameters)::scalar, double>);
    check_outputs(constant_double::parameters, models / "double");
    check_outputs(constant_nothing::parameters, models / "nothing");
}

TEST_CASE("activations are recognised by what they compute") {
    static_assert(std::is_same_v<ep::layer_at<composed::Network, 1>, ep::layer::gelu>);
    static_assert(std::is_same_v<ep::layer_at<composed::Network, 5>, ep::layer::silu>);
    static_assert(std::is_same_v<ep::layer_at<operators::Network, 12>, ep::layer::softplus>);
}
