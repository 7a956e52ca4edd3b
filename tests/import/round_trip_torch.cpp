// SPDX-License-Identifier: MIT
// Headers that espalier-import has made, while this was built, of the models that PyTorch wrote (make_models.py).
#include "../folders.hpp"
#include "round_trip.hpp"

#include <algorithm>

#include <constant_images.hpp>
#include <constant_mlp.hpp>
#include <torch_branches.hpp>
#include <torch_images.hpp>
#include <torch_signals.hpp>
#include <torch_tables.hpp>

namespace {
const std::filesystem::path models = in_tests("import/models"), headers = in_imported("");
}

TEST_CASE("PyTorch's models give PyTorch's outputs") {
    check_outputs(constant_mlp::parameters, models / "torch_mlp");  // its weights are constants in the header
    check_outputs(torch_images::load(headers / "torch_images.safetensors"), models / "torch_images");
    check_outputs(torch_signals::load(headers / "torch_signals.safetensors"), models / "torch_signals");
    check_outputs(torch_branches::load(headers / "torch_branches.safetensors"), models / "torch_branches");
    check_outputs(torch_tables::load(headers / "torch_tables.safetensors"), models / "torch_tables");
}

TEST_CASE("constants are the parameters, without a copy") {
    CHECK(constant_mlp::parameters.data() == constant_mlp::weights);
    CHECK(constant_images::parameters.data() == constant_images::weights);
    check_outputs(constant_images::parameters, models / "torch_images");  // running moments lie behind all else
    const auto loaded = torch_images::load(headers / "torch_images.safetensors");
    CHECK(std::ranges::equal(constant_images::parameters.flat(), loaded.flat()));
}

TEST_CASE("what is imported is a network like any other") {
    namespace ep = espalier;
    static_assert(ep::output_size<constant_mlp::Network> == 4);
    static_assert(ep::input_shape<torch_images::Network> == ep::shape<2, 8, 9>{});
    static_assert(ep::parameter_count<constant_mlp::Network> ==
                  24 * 9 + 9 + 9 * 8 + 8 + 8 * 7 + 1 + 7 * 6 + 6 + 2 * 6 + 6 * 5 + 5 + 5 * 4 + 4);
}
