// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <espalier/io/npy.hpp>
#include <espalier/run/predict.hpp>

#include "../folders.hpp"

/// Compares what an imported network predicts with what the model's own framework computed for the same inputs.
template <class Parameters>
void check_outputs(const Parameters& parameters, const std::filesystem::path& model) {
    using scalar = typename Parameters::scalar;
    const auto x = espalier::io::load_npy<scalar, 2>(model.string() + ".input.npy");
    const auto expected = espalier::io::load_npy<scalar, 2>(model.string() + ".output.npy");
    const auto found = espalier::predict_rows(parameters, x);
    REQUIRE(found.shape() == expected.shape());
    double largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto wanted = static_cast<double>(expected.data()[i]);
        const double difference =
            std::abs(static_cast<double>(found.data()[i]) - wanted) / std::max(1.0, std::abs(wanted));
        if (!(difference <= largest)) largest = difference;
    }
    CHECK_MESSAGE(largest < 1e-5, model);
}

/// The same with a model that tests/io/onnx_export*.cpp wrote and espalier-import took back.
template <class Parameters>
void check_exported(Parameters (*load)(const std::filesystem::path&), const std::string& name) {
    const std::filesystem::path folder = in_imported("");
    check_outputs(load(folder / (name + ".safetensors")), folder / "onnx" / name);
}
