// SPDX-License-Identifier: MIT
// What the importer says of models that do not fit.
#include "model.hpp"

TEST_CASE("what does not fit is an error that names the node") {
    for (const char* operation : {"Mul", "Add", "Sub", "Div"})
        CHECK(problem_of([&](model& m) {
                  m.constant("v", {4});
                  m.node(operation, {"x", "v"}, "y");
              }) == "m.onnx: node 'n1' (" + std::string(operation) +
                        "): expected constants of one element as input 1, found shape [4]");
    CHECK(problem_of([](model& m) { m.node("Foo", {"x"}, "y"); }) ==
          "m.onnx: node 'n1' (Foo): expected an operator that the importer knows, found 'Foo'");
    CHECK(problem_of([](model& m) { model::attribute(m.node("Relu", {"x"}, "y"), "bar", 1); }) ==
          "m.onnx: node 'n1' (Relu): expected attributes that the importer knows, found 'bar'");
    CHECK(problem_of([](model& m) {
              NodeProto& twice = m.node("Relu", {"x"}, "y");
              model::attribute(twice, "a\n\x1b[2J", 1);
              model::attribute(twice, "a\n\x1b[2J", 1);
          }) == "m.onnx: node 'n1' (Relu): expected each attribute once, found 'a\\x0a\\x1b[2J' again");
    CHECK(problem_of([](model& m) {
              m.constant("w", {4, 3});
              model::attribute(m.node("Gemm", {"x", "w"}, "y"), "transA", 1);
          }) == "m.onnx: node 'n1' (Gemm): expected transA = 0, found 1");
    CHECK(problem_of([](model& m) {
              m.input_type().mutable_shape()->mutable_dim(1)->set_dim_param("width");
              m.node("Relu", {"x"}, "y");
          }) == "m.onnx: input 'x': expected a fixed extent on axis 1, found 'width'");
    CHECK(problem_of([](model& m) {
              m.constant("w", {5, 3});
              m.node("Gemm", {"x", "w"}, "y");
          }) == "m.onnx: node 'n1' (Gemm): expected samples of shape [5], found [4]");
    CHECK(problem_of([](model& m) {
              m.integers("s", {-1, 2});
              m.node("Reshape", {"x", "s"}, "y");
          }) == "m.onnx: node 'n1' (Reshape): expected extents whose product is 4, found 2");
    CHECK(problem_of([](model& m) {
              m.constant("w", {3, 1, 3});
              m.node("Conv", {"x", "w"}, "y");
          }) == "m.onnx: node 'n1' (Conv): expected weights of 2 axes, found shape [3, 1, 3]");
    for (const char* automatic : {"SAME_UPPER", "VALID"})
        CHECK(problem_of([&](model& m) {
                  m.input_shape({1, 8});
                  m.constant("w", {3, 1, 3});
                  NodeProto& node = m.node("Conv", {"x", "w"}, "y");
                  model::word(node, "auto_pad", automatic);
                  model::list(node, "pads", {0, 1});
              }) == "m.onnx: node 'n1' (Conv): expected pads of 0 beside auto_pad = " + std::string(automatic) +
                        ", found (0, 1)");
    CHECK(problem_of([](model& m) {
              m.constant("w", {4, 3});
              m.constant("b", {2});
              m.node("Gemm", {"x", "w", "b"}, "y");
          }) == "m.onnx: node 'n1' (Gemm): expected a bias of 3 elements, found shape [2]");
    CHECK(problem_of([](model& m) { model::word(m.node("LeakyRelu", {"x"}, "y"), "alpha", "a"); }) ==
          "m.onnx: node 'n1' (LeakyRelu): expected a number as alpha, found one of type STRING");
    CHECK(problem_of([](model& m) { model::number(m.node("Constant", {}, "c"), "value_float", 1); }) ==
          "m.onnx: node 'n1' (Constant): expected one attribute 'value' that is a tensor, and one output, found "
          "'value_float' of type FLOAT");
    CHECK(problem_of([](model& m) {
              m.input_shape({1, 2, 3});
              m.constant("scales", {4}, 1.5f);
              model::word(m.node("Resize", {"x", "", "scales"}, "y"), "nearest_mode", "floor");
          }) == "m.onnx: node 'n1' (Resize): expected coordinate_transformation_mode = asymmetric, found 'half_pixel'");
    CHECK(problem_of([](model& m) {
              m.input_shape({1, 2, 3});
              m.constant("scales", {4}, 1.5f);
              m.node("Upsample", {"x", "scales"}, "y");
          }) ==
          "m.onnx: node 'n1' (Upsample): expected whole scales, those of batch and channels 1, found (1.5, 1.5, 1.5, "
          "1.5)");
    CHECK(problem_of([](model& m) {
              m.integers("axes", {1, 1});
              m.node("Unsqueeze", {"x", "axes"}, "y");
          }) == "m.onnx: node 'n1' (Unsqueeze): expected axes, each once, found (1, 1)");
    CHECK(problem_of([](model& m) {
              m.constant("one", {});
              m.node("Where", {"x", "x", "one"}, "y");
          }) == "m.onnx: node 'n1' (Where): expected a comparison as its first input, found the numbers 'x'");
    CHECK(problem_of([](model& m) { m.node("Pow", {"x", "x"}, "y"); }).ends_with("or 0.5, found the computed 'x'"));
    CHECK(problem_of([](model& m) {
              m.proto.mutable_opset_import(0)->set_version(6);
              m.node("Relu", {"x"}, "y");
          }) == "m.onnx: model: expected operators of version 9 to 21, found 6");
    CHECK(problem_of([](model& m) {
              m.node("Relu", {"x"}, "a");
              m.node("Softmax", {"x"}, "b");
              m.node("Pow", {"a", "b"}, "y");
          }).find("'n3' (Pow)") != std::string::npos);
    CHECK(problem_of([](model& m) {
              m.constant("w", {4, 4});
              m.node("MatMul", {"x", "w"}, "a");
              m.node("Softmax", {"a"}, "b");
              m.node("Softmax", {"b"}, "c");
              m.node("Softmax", {"b"}, "d");
              model::attribute(m.node("Concat", {"c", "d", "a"}, "y"), "axis", 1);
          }).find("found several") != std::string::npos);
}

TEST_CASE("graphs that are none") {
    CHECK(problem_of([](model& m) {  // a cycle
              m.node("Add", {"x", "b"}, "a");
              m.node("Relu", {"a"}, "b");
              m.node("Relu", {"b"}, "y");
          }) ==
          "m.onnx: node 'n1' (Add): expected inputs that are initializers, or made by nodes before it, found 'b'");
    CHECK(problem_of([](model& m) { m.node("Gemm", {"x", "w"}, "y"); }) ==
          "m.onnx: node 'n1' (Gemm): expected inputs that are initializers, or made by nodes before it, found 'w'");
    CHECK(problem_of([](model& m) {
              m.node("Relu", {"x"}, "y");
              m.node("Tanh", {"x"}, "y");
          }) == "m.onnx: value 'y': expected each name once, found it again");
    CHECK(problem_of([](model& m) { m.node("Relu", {"x"}, "z"); }) ==
          "m.onnx: output 'y': expected a node that makes it, found none");
    CHECK(problem_of([](model& m) {
              m.node("Relu", {"x"}, "y");
              m.graph.add_output()->set_name("x");
          }) == "m.onnx: graph: expected one output, found 2");
    CHECK(problem_of([](model& m) {
              m.node("Relu", {"x"}, "y");
              m.graph.add_input()->set_name("z");
          }) == "m.onnx: graph: expected one input, found 2");
    CHECK(problem_of([](model& m) { m.node("Relu", {"x"}, "y").set_domain("com.example"); }) ==
          "m.onnx: node 'n1' (Relu): expected ONNX's own operators, found one of the domain 'com.example'");
}

TEST_CASE("tensors that are none") {
    const auto of = [](const std::function<void(TensorProto&)>& breaking) {
        model m;
        breaking(m.constant("w", {4, 3}));
        m.node("Gemm", {"x", "w"}, "y");
        return m.problem();
    };
    CHECK(of([](TensorProto& w) { w.mutable_float_data()->RemoveLast(); }) ==
          "m.onnx: tensor 'w': expected 12 numbers, found 11");
    CHECK(of([](TensorProto& w) { w.set_raw_data("abc"); }) ==
          "m.onnx: tensor 'w': expected 48 bytes of data, found 3");
    CHECK(of([](TensorProto& w) { w.set_dims(0, std::int64_t{1} << 62); }) ==
          "m.onnx: tensor 'w': expected at most 2147483648 elements, found an extent of 4611686018427387904");
    CHECK(of([](TensorProto& w) { w.set_dims(1, -3); }) ==
          "m.onnx: tensor 'w': expected at most 2147483648 elements, found an extent of -3");
    CHECK(of([](TensorProto& w) { w.set_data_type(TensorProto::STRING); }) ==
          "m.onnx: tensor 'w': expected numbers of type FLOAT or DOUBLE, found STRING");
    CHECK(of([](TensorProto& w) { w.set_data_location(TensorProto::EXTERNAL); }) ==
          "m.onnx: tensor 'w': expected its numbers in this file, found external data");
    CHECK(of([](TensorProto& w) { w.set_float_data(5, std::nanf("")); }) ==
          "m.onnx: tensor 'w': expected finite numbers, found nan as element 5");
    CHECK(problem_of([](model& m) {
              m.constant("w", {4, 3});
              m.constant("w", {4, 3});
              m.node("Gemm", {"x", "w"}, "y");
          }) == "m.onnx: initializer 'w': expected each name once, found it again");
    CHECK(problem_of([](model& m) {
              m.input_type().mutable_shape()->mutable_dim(1)->set_dim_value(std::int64_t{1} << 40);
              m.node("Relu", {"x"}, "y");
          }).find("input 'x': expected extents from 1") != std::string::npos);
}
