// SPDX-License-Identifier: MIT
// Headers that espalier-import has made, while this was built, of the models that PyTorch wrote (make_models.py).
#include "round_trip.hpp"

#include <torch_branches.hpp>
#include <torch_images.hpp>
#include <torch_mlp.hpp>
#include <torch_signals.hpp>

namespace {
const std::filesystem::path models = ESPALIER_TEST_DATA "/import/models", headers = ESPALIER_IMPORTED;
}

TEST_CASE("PyTorch's models give PyTorch's outputs") {
    check_outputs(torch_mlp::load(), models / "torch_mlp");  // its weights are constants in the header
    check_outputs(torch_images::load(headers / "torch_images.safetensors"), models / "torch_images");
    check_outputs(torch_signals::load(headers / "torch_signals.safetensors"), models / "torch_signals");
    check_outputs(torch_branches::load(headers / "torch_branches.safetensors"), models / "torch_branches");
}

TEST_CASE("what is imported is a network like any other") {
    namespace ep = espalier;
    static_assert(ep::output_size<torch_mlp::Network> == 4);
    static_assert(ep::input_shape<torch_images::Network> == ep::shape<2, 8, 9>{});
    static_assert(ep::parameter_count<torch_mlp::Network> ==
                  24 * 9 + 9 + 9 * 8 + 8 + 8 * 7 + 1 + 7 * 6 + 6 + 2 * 6 + 6 * 5 + 5 + 5 * 4 + 4);
}
