// SPDX-License-Identifier: MIT
#include <espalier/io/onnx_export.hpp>

#include "onnx_models.hpp"

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

TEST_CASE("branches") {
    const auto model =
        written(ep::input<6> >> ep::residual(ep::dense<6> >> ep::relu) >>
                    ep::concat(ep::identity, ep::dense<3>, ep::dense<2> >> ep::tanh) >>
                    ep::multiply(ep::identity, ep::dense<11> >> ep::sigmoid, ep::dense<11>) >>
                    ep::add(ep::dense<2>, ep::dense<2> >> ep::residual(ep::tanh), ep::dense<2>) >>
                    ep::concat(ep::identity, ep::identity) >> ep::add(ep::identity, ep::identity, ep::identity),
                "branches");
    CHECK(operators(model) ==
          "Gemm Relu Add Gemm Gemm Tanh Concat Gemm Sigmoid Gemm Mul Mul Gemm Gemm Tanh Add Gemm Sum Concat Sum");
}

TEST_CASE("a file that cannot be written is an error, and leaves nothing") {
    constexpr auto net = ep::input<2> >> ep::dense<2>;
    const auto parameters = ep::initialize<ep::network_t<net>>(ep::seed{1});
    CHECK_THROWS_AS(ep::io::export_onnx(parameters, "no such folder/model.onnx"), ep::io::error);
}
