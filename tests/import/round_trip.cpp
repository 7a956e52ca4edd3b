// SPDX-License-Identifier: MIT
// Headers that espalier-import has made, while this was built, of the models that tests/io/onnx_export*.cpp wrote.
#include "round_trip.hpp"

#include <branches.hpp>
#include <composed.hpp>
#include <double.hpp>
#include <images.hpp>
#include <operators.hpp>
#include <resized.hpp>
#include <shapes.hpp>
#include <signals.hpp>

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
    check(shapes::load, "shapes");
    check(branches::load, "branches");
}

TEST_CASE("so do images and signals") {
    check(images::load, "images");
    check(signals::load, "signals");
    check(resized::load, "resized");
}

TEST_CASE("activations are recognised by what they compute") {
    namespace ep = espalier;
    static_assert(std::is_same_v<ep::layer_at<composed::Network, 1>, ep::layer::gelu>);
    static_assert(std::is_same_v<ep::layer_at<composed::Network, 5>, ep::layer::silu>);
    static_assert(std::is_same_v<ep::layer_at<operators::Network, 12>, ep::layer::softplus>);
}
