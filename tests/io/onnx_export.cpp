// SPDX-License-Identifier: MIT
#include <espalier/io/onnx_export.hpp>

#include <doctest/doctest.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>
#include <espalier/espalier.hpp>
#include <espalier/io/npy.hpp>
#include <fstream>

namespace ep = espalier;

namespace {

/// Where the models go that other runtimes compare: tests/io/onnx_runtime.py and .mjs.
const std::filesystem::path folder = "onnx";

/// Writes <name>.onnx with inputs and the outputs that the library gives; ONNX's own checker and its shape inference
/// go over it first.
template <class Scalar = float, ep::Network Net>
onnx::ModelProto written(Net, const std::string& name, ep::seed from = ep::seed{1}) {
    std::filesystem::create_directories(folder);
    auto parameters = ep::initialize<Net, Scalar>(from);
    // Biases start at zero: give every tensor values of its own.
    ep::random_stream stream(from, "everywhere");
    for (const auto& tensor : ep::io::tensors_of<Net, Scalar>())
        for (Scalar& value : parameters.flat().subspan(tensor.offset, tensor.size))
            value += static_cast<Scalar>(stream.uniform<double>() - 0.5) / 4;

    const auto path = folder / (name + ".onnx");
    ep::io::export_onnx(parameters, path);
    onnx::ModelProto model;
    std::ifstream file(path, std::ios::binary);
    REQUIRE(model.ParseFromIstream(&file));
    onnx::checker::check_model(model);
    onnx::ModelProto inferred = model;
    onnx::shape_inference::InferShapes(inferred, onnx::OpSchemaRegistry::Instance(), {true, 1, false});

    const ep::extents shape = ep::input_shape<Net>;
    auto x = xt::xtensor<Scalar, 2>::from_shape({37, ep::input_size<Net>});
    for (Scalar& value : x) value = static_cast<Scalar>(6 * stream.uniform<double>() - 3);
    ep::io::save_npy(folder / (name + ".input.npy"), x);
    ep::io::save_npy(folder / (name + ".output.npy"), ep::predict_rows(parameters, x));
    std::ofstream(folder / (name + ".shape.json")) << ep::detail::written(shape.extent, shape.rank) << '\n';
    return model;
}

std::string operators(const onnx::ModelProto& model) {
    std::string list;
    for (const onnx::NodeProto& node : model.graph().node()) list += (list.empty() ? "" : " ") + node.op_type();
    return list;
}

}  // namespace

TEST_CASE("a classifier: operators, names, shapes") {
    const auto model = written(
        ep::input<8, 8> >> ep::flatten >> ep::dense<16> >> ep::relu >> ep::dropout<0.25> >> ep::dense<10, ep::no_bias>,
        "classifier");
    CHECK(operators(model) == "Flatten Gemm Relu Dropout Gemm");
    CHECK(model.opset_import(0).version() == 13);
    CHECK(model.producer_name() == "espalier");
    const onnx::GraphProto& graph = model.graph();
    CHECK(graph.name() == "classifier");
    CHECK(graph.input(0).name() == "input");
    const auto& shape = graph.input(0).type().tensor_type().shape();
    REQUIRE(shape.dim_size() == 3);
    CHECK(shape.dim(0).dim_param() == "batch");
    CHECK(shape.dim(1).dim_value() == 8);
    CHECK(graph.output(0).name() == "output");
    CHECK(graph.output(0).type().tensor_type().shape().dim(1).dim_value() == 10);
    CHECK(graph.node(1).doc_string() == "dense<16>");
    CHECK(graph.node(1).name() == "1.dense");
    CHECK(graph.initializer(0).name() == "1.weight");
    CHECK(graph.initializer(2).name() == "4.weight");
    CHECK(graph.node(4).input_size() == 2);
    CHECK(graph.node(4).output(0) == "output");
}

TEST_CASE("activations by ONNX's operators, and composed of them") {
    written(ep::input<6> >> ep::dense<8> >> ep::leaky_relu<0.2> >> ep::dense<8> >> ep::elu<0.7> >> ep::dense<8> >>
                ep::selu >> ep::dense<8> >> ep::sigmoid >> ep::dense<8> >> ep::tanh >> ep::dense<8> >> ep::softplus >>
                ep::dense<8> >> ep::prelu<0.3> >> ep::dense<8> >> ep::hard_sigmoid >> ep::identity,
            "operators");
    const auto model = written(ep::input<6> >> ep::gelu >> ep::dense<8> >> ep::gelu_tanh >> ep::dense<8> >> ep::silu >>
                                   ep::dense<8> >> ep::mish >> ep::dense<8> >> ep::hard_swish,
                               "composed");
    CHECK(operators(model).find("Erf") != std::string::npos);
}

TEST_CASE("activations of a user's, with every operation that an expression has") {
    constexpr auto first = ep::activation([](auto z) {
        return select(z >= 0.5, sqrt(abs(z)), sin(z)) + min(cos(z), 0.25) -
               max(expm1(-z * z), log1p(z * z)) / (1 + exp(z));
    });
    constexpr auto second =
        ep::activation([](auto z, auto p, auto q) { return p * erf(z) + (z < q) * log(2 + square(z)) - (z <= 1); },
                       ep::learned<0.5>, ep::learned<-0.25>);
    const auto model = written(ep::input<5> >> ep::dense<7> >> first >> ep::dense<7> >> second, "own");
    CHECK(model.graph().initializer(4).name() == "3.parameter0");
    written<double>(ep::input<5> >> ep::dense<7> >> first >> second, "double");
}

TEST_CASE("shapes and frozen parts; a network of nothing") {
    written(ep::input<2, 3, 4> >> ep::reshape<4, 6> >> ep::tanh >> ep::flatten >> ep::frozen(ep::dense<5>) >>
                ep::reshape<5, 1>,
            "shapes");
    const auto model = written(ep::input<3> >> ep::input<3>, "nothing");
    CHECK(operators(model) == "Identity");
}

TEST_CASE("a file that cannot be written is an error, and leaves nothing") {
    constexpr auto net = ep::input<2> >> ep::dense<2>;
    const auto parameters = ep::initialize<ep::network_t<net>>(ep::seed{1});
    CHECK_THROWS_AS(ep::io::export_onnx(parameters, "no such folder/model.onnx"), ep::io::error);
}
