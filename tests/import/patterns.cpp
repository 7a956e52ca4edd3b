// SPDX-License-Identifier: MIT
#include "model.hpp"

namespace {

using importer::shape;

/// A group norm of two groups as it is exported: x [4, 3], a standardisation between two shapes, and a weight.
void add_group_norm(model& m, std::vector<std::int64_t> back = {-1, 4, 3}) {
    m.input_shape({4, 3});
    m.integers("groups", {0, 2, -1});
    m.integers("back", std::move(back));
    m.constant("ones", {2}, 1);
    m.constant("zeros", {2}, 0);
    m.constant("w", {4}, 3);
    m.integers("along", {-1, 1});
    m.node("Reshape", {"x", "groups"}, "g");
    m.node("InstanceNormalization", {"g", "ones", "zeros"}, "s");
    m.node("Reshape", {"s", "back"}, "n");
    m.node("Reshape", {"w", "along"}, "weight");
    m.node("Mul", {"n", "weight"}, "y");
}

}  // namespace

TEST_CASE("a group norm is found between two shapes, and its weight under a third one") {
    model m;
    add_group_norm(m);
    CHECK(m.text() == "group_norm<2>");
    const auto norm = m.imported().pieces.at(0);
    REQUIRE(norm.tensors.size() == 2);
    CHECK(norm.tensors[0].values == std::vector<double>{3, 3, 3, 3});
    CHECK(norm.tensors[0].extents == shape{4});
    CHECK(norm.tensors[1].values == std::vector<double>(4));
    // What is nearly one is read for what it is, or named.
    CHECK(problem_of([](model& other) { add_group_norm(other, {-1, 3, 4}); }) ==
          "m.onnx: node 'n5' (Mul): expected constants of one element as input 1, found shape [4, 1]");
    CHECK(problem_of([](model& other) {
              add_group_norm(other);
              model::attribute(*other.graph.mutable_node(1), "axis", 1);
          }) == "m.onnx: node 'n2' (InstanceNormalization): expected attributes that the importer knows, found 'axis'");
    CHECK(problem_of([](model& other) { add_group_norm(other, {-1, 5}); }) ==
          "m.onnx: node 'n3' (Reshape): expected extents whose product is 12, found 5");
}

TEST_CASE("norms by operators of their own") {
    model instance;
    instance.input_shape({4, 3});
    instance.constant("w", {4}, 2);
    instance.constant("b", {4});
    model::number(instance.node("InstanceNormalization", {"x", "w", "b"}, "y"), "epsilon", 1e-3f);
    CHECK(instance.text() == "group_norm<4, ep::epsilon(0.001)>");
    const auto grouped = [](model& m, std::int64_t opset, std::int64_t weights, std::int64_t groups) {
        m.proto.mutable_opset_import(0)->set_version(opset);
        m.input_shape({4, 3});
        m.constant("w", {weights}, 2);
        m.graph.mutable_initializer(0)->set_float_data(1, 5);
        m.constant("b", {weights});
        model::attribute(m.node("GroupNormalization", {"x", "w", "b"}, "y"), "num_groups", groups);
    };
    model by_group, by_channel;
    grouped(by_group, 18, 2, 2);
    CHECK(by_group.imported().pieces.at(0).tensors.at(0).values == std::vector<double>{2, 2, 5, 5});
    grouped(by_channel, 21, 4, 2);
    CHECK(by_channel.imported().pieces.at(0).tensors.at(0).values == std::vector<double>{2, 5, 2, 2});
    CHECK(problem_of([&](model& m) { grouped(m, 21, 4, 3); }) ==
          "m.onnx: node 'n1' (GroupNormalization): expected a number of groups that divides 4 channels, found 3");
    CHECK(problem_of([&](model& m) { grouped(m, 21, 2, 2); }) ==
          "m.onnx: node 'n1' (GroupNormalization): expected a constant of shape [4] as input 1, found [2]");
}

TEST_CASE("tables are looked up by integers, or by numbers that become some") {
    model m;
    m.input_type().set_elem_type(TensorProto::INT64);
    m.constant("table", {5, 3});
    m.node("Gather", {"table", "x"}, "y");
    CHECK(m.text() == "embedding<5, 3>");
    CHECK(m.imported().output == shape{4, 3});
    const auto clipped = [](float last) {
        model cast;
        cast.constant("zero", {}, 0);
        cast.constant("last", {}, last);
        cast.constant("table", {5, 3});
        cast.node("Clip", {"x", "zero", "last"}, "c");
        model::attribute(cast.node("Cast", {"c"}, "i"), "to", TensorProto::INT64);
        cast.node("Gather", {"table", "i"}, "y");
        return cast.text();
    };
    CHECK(clipped(4) == "embedding<5, 3>");
    CHECK(clipped(3) == "activation([](auto z) { return min(max(z, 0), 3); }) >> embedding<5, 3>");
    CHECK(problem_of([](model& other) {
              other.input_type().set_elem_type(TensorProto::INT64);
              other.node("Relu", {"x"}, "y");
          }) ==
          "m.onnx: node 'n1' (Relu): expected a Gather by the integers that the model takes, found another "
          "operator");
    CHECK(problem_of([](model& other) {
              other.constant("table", {5});
              other.node("Gather", {"table", "x"}, "y");
          }) == "m.onnx: node 'n1' (Gather): expected a table of 1 to 2^24 rows, found shape [5]");
    CHECK(problem_of([](model& other) {
              other.input_type().set_elem_type(TensorProto::BOOL);
              other.node("Relu", {"x"}, "y");
          }) ==
          "m.onnx: input 'x': expected a tensor of type FLOAT or DOUBLE, or integers for an embedding, found BOOL");
}

TEST_CASE("shapes computed of shapes") {
    model m;
    m.input_shape({2, 3});
    m.integers("first", {0});
    m.integers("rest", {-1});
    m.integers("end", {1});
    m.node("Shape", {"x"}, "s");
    m.node("Slice", {"s", "first", "end"}, "b");
    model::attribute(m.node("Concat", {"b", "rest"}, "c"), "axis", 0);
    m.node("Reshape", {"x", "c"}, "flat");
    m.integers("axis", {1});
    m.node("Unsqueeze", {"flat", "axis"}, "u");
    m.node("Squeeze", {"u", "axis"}, "v");
    m.node("Relu", {"v"}, "y");
    CHECK(m.text() == "flatten >> reshape<1, 6> >> flatten >> relu");
    // As many nodes in a row behind the shape, each of which reads the one before, a Concat twice.
    const auto in_a_row = [](model& other, const char* operation, int count) {
        std::string last = "s";
        for (int i = 0; i < count; ++i) {
            const bool joins = std::string_view(operation) == "Concat";
            NodeProto& node = other.node(operation, joins ? std::vector{last, last} : std::vector{last}, last + "+");
            if (joins) model::attribute(node, "axis", 0);
            last += '+';
        }
        other.node("Identity", {last}, "c");
    };
    const auto of = [](const std::function<void(model&)>& shaping) {
        return problem_of([&](model& other) {
            other.integers("n", {7});
            other.node("Shape", {"x"}, "s");
            shaping(other);
            other.node("Reshape", {"x", "c"}, "y");
        });
    };
    CHECK(of([](model& other) { other.node("Mul", {"s", "n"}, "c"); }) ==
          "m.onnx: node 'n2' (Mul): expected an operator that the importer knows for shapes, found 'Mul'");
    CHECK(of([](model& other) { other.node("Slice", {"s", "n", "n", "n"}, "c"); }) ==
          "m.onnx: node 'n2' (Slice): expected a slice of axis 0, in steps of 1, found axes (7) from (7) to (7) in "
          "steps of (1)");
    CHECK(of([](model& other) { other.node("Gather", {"s", "n"}, "c"); }) ==
          "m.onnx: node 'n2' (Gather): expected an index below 2, found 7");
    CHECK(of([](model& other) { model::attribute(other.node("Concat", {"s", "s"}, "c"), "axis", 0); }) ==
          "m.onnx: node 'n3' (Reshape): expected the batch as the first axis alone, found it again");
    CHECK(of([&](model& other) {
              in_a_row(other, "Identity", 70);
          }).find("expected a shape computed by at most 64 nodes in a row") != std::string::npos);
    CHECK(of([&](model& other) {
              in_a_row(other, "Concat", 40);
          }).find("expected at most 64 numbers of shapes, found 128") != std::string::npos);
    CHECK(problem_of([](model& other) {
              other.integers("axis", {0});
              other.node("Unsqueeze", {"x", "axis"}, "y");
          }) == "m.onnx: node 'n1' (Unsqueeze): expected axes behind the batch, found (0)");
    CHECK(problem_of([](model& other) {
              other.integers("axis", {1});
              other.node("Squeeze", {"x", "axis"}, "y");
          }) == "m.onnx: node 'n1' (Squeeze): expected an extent of 1 on axis 1, found 4");
}
