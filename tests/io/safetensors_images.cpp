// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>

#include <espalier/io/npy.hpp>
#include <espalier/io/safetensors.hpp>
#include <espalier/run/predict.hpp>
#include <espalier/topology/dsl.hpp>

#include "../folders.hpp"

using namespace espalier;
namespace ep = espalier;

TEST_CASE("convolutions and running statistics bear PyTorch's names and lie as PyTorch's do") {
    constexpr auto images = ep::input<2, 5, 6> >> ep::conv2d<4, 3, 2> >> ep::batch_norm<> >> ep::relu >>
                            ep::conv2d<4, 2, 2, ep::groups<2>, ep::no_bias> >> ep::flatten >> ep::dense<3>;
    const std::filesystem::path reference = in_tests("reference");
    const auto path = reference / "weights_images.safetensors";
    parameters<network_t<images>, double> loaded;
    io::load(loaded, path);
    const auto x = io::load_npy<double, 4>(reference / "weights_images_x.npy");
    const auto y = io::load_npy<double, 2>(reference / "weights_images_y.npy");
    const auto found = predict(loaded, x);
    REQUIRE(found.shape() == y.shape());
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(std::abs(found.data()[i] - y.data()[i]) < 1e-12);

    std::string listed;
    for (const io::named_tensor& each : io::tensors_of<network_t<images>, double>())
        listed += each.name + " " + std::to_string(each.shape.size()) + " ";
    CHECK(listed ==
          "0.weight 4 0.bias 1 1.weight 1 1.bias 1 1.running_mean 1 1.running_var 1 "
          "3.weight 4 5.weight 2 5.bias 1 ");
}
