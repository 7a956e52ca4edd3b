// SPDX-License-Identifier: MIT
#include "../../examples/import/import.hpp"
#include "../../examples/import/write_header.hpp"
#include "../folders.hpp"

#include <fstream>

#include "../io/files.hpp"
#include "model.hpp"

TEST_CASE("products with a matrix, whichever way it lies") {
    model m;
    m.constant("w", {4, 3});
    m.graph.mutable_initializer(0)->set_float_data(1, 7);
    m.constant("b", {1, 3}, 2);
    m.constant("v", {2, 3});
    m.node("MatMul", {"x", "w"}, "t");
    m.node("Add", {"b", "t"}, "u");
    NodeProto& gemm = m.node("Gemm", {"u", "v"}, "y");
    model::attribute(gemm, "transB", 1);
    CHECK(m.text() == "dense<3> >> dense<2, ep::no_bias>");
    const auto first = m.imported().pieces[0];
    REQUIRE(first.tensors.size() == 2);
    CHECK(first.tensors[0].extents == importer::shape{3, 4});
    CHECK(first.tensors[0].values[4] == 7);  // w[0][1] is W[1][0]
    CHECK(first.tensors[1].values == std::vector<double>{2, 2, 2});
}

TEST_CASE("elementwise operators become one expression") {
    model m;
    m.constant("half", {}, 0.5f);
    m.node("Mul", {"x", "half"}, "a");
    m.node("Exp", {"a"}, "b");
    m.node("Sub", {"b", "x"}, "c");
    m.node("Greater", {"c", "half"}, "d");
    m.node("Where", {"d", "a", "half"}, "y");
    CHECK(m.text() == "activation([](auto z) { return select(exp(z * 0.5) - z > 0.5, z * 0.5, 0.5); })");
    model swish;
    swish.node("Sigmoid", {"x"}, "s");
    swish.node("Mul", {"s", "x"}, "y");
    CHECK(swish.text() == "silu");
    model negative;
    negative.constant("c", {1}, -0.1f);
    negative.node("Neg", {"x"}, "n");
    negative.node("Mul", {"n", "x"}, "p");
    negative.node("Mul", {"p", "c"}, "q");
    negative.node("Sub", {"n", "q"}, "y");
    CHECK(negative.text() == "activation([](auto z) { return -z - (-z) * z * (-0.1); })");
}

TEST_CASE("activations that newer versions have operators for") {
    const auto one = [](const char* operation, const char* approximate = nullptr) {
        model m;
        m.proto.mutable_opset_import(0)->set_version(20);
        NodeProto& node = m.node(operation, {"x"}, "y");
        if (approximate != nullptr) model::word(node, "approximate", approximate);
        return m;
    };
    CHECK(one("Mish").text() == "mish");
    CHECK(one("Gelu").text() == "gelu");
    CHECK(one("Gelu", "none").text() == "gelu");
    CHECK(one("Gelu", "tanh").text() == "gelu_tanh");
    CHECK(one("Gelu", "sigmoid").problem() ==
          "m.onnx: node 'n1' (Gelu): expected approximate = none or tanh, found 'sigmoid'");
}

TEST_CASE("an activation of the library stands for what it equals everywhere, and for nothing else") {
    using importer::known_activation, importer::make_term, importer::number, importer::call, importer::binary;
    using importer::term_pointer;
    const term_pointer z = importer::variable();
    const auto greater = [](term_pointer left, term_pointer right) {
        return make_term(importer::term::kind::condition, ">", {std::move(left), std::move(right)});
    };
    const auto select = [](term_pointer condition, term_pointer yes, term_pointer no) {
        return call("select", {std::move(condition), std::move(yes), std::move(no)});
    };
    const auto clip = [](double least, term_pointer of, double most) {
        return call("min", {call("max", {std::move(of), number(least)}), number(most)});
    };
    CHECK(known_activation(*z) == "identity");
    CHECK(known_activation(*binary("/", binary("*", z, number(4)), number(4))) == "identity");
    CHECK(known_activation(*call("max", {z, number(0)})) == "relu");
    CHECK(known_activation(*select(greater(number(0), z), number(0), z)) == "relu");
    CHECK(known_activation(*binary("/", binary("+", z, call("abs", {z})), number(2))) == "relu");
    CHECK(known_activation(*binary("*", z, call("sigmoid", {z}))) == "silu");
    const term_pointer hard = clip(0, binary("+", binary("*", z, number(0.16666667)), number(0.5)), 1);
    CHECK(known_activation(*hard) == "hard_sigmoid");
    CHECK(known_activation(*binary("*", hard, z)) == "hard_swish");
    CHECK(known_activation(*binary("*", binary("*", z, number(0.5)),
                                   binary("+", call("erf", {binary("*", z, number(0.70710677))}), number(1)))) ==
          "gelu");
    CHECK(known_activation(*binary("*", z, call("tanh", {call("softplus", {z})}))) == "mish");
    for (const double bound : {20.0, 6.0, 1e5, 1e30}) {
        CHECK(known_activation(*clip(0, z, bound)) == "");
        CHECK(known_activation(*clip(-bound, z, bound)) == "");
        CHECK(known_activation(*binary("*", hard, call("min", {z, number(bound)}))) == "");
    }
    for (const double least : {0.1, 0.01, 1e-6, 1e-12}) {
        CHECK(known_activation(*select(greater(z, number(least)), z, number(0))) == "");
        CHECK(known_activation(*call("max", {z, number(least)})) == "");
        CHECK(known_activation(*clip(0, binary("+", z, number(least)), 3e38)) == "");
    }
    // one number, and a narrow window whose ends are no constants of the expression
    const term_pointer five = number(5);
    const auto spiked = [&](double inner, double scale) {
        const term_pointer scaled = binary("*", z, number(scale));
        return select(greater(scaled, five), select(greater(number(inner), scaled), number(7), z), z);
    };
    CHECK(known_activation(*spiked(5.0001, 1)) == "");
    CHECK(known_activation(*spiked(5.0001, 0.7)) == "");
    CHECK(known_activation(*select(greater(number(1e-3), call("abs", {binary("-", z, five)})), number(7), z)) == "");
    CHECK(known_activation(*select(greater(z, number(1e10)), call("tanh", {z}), call("tanh", {z}))) == "tanh");
    CHECK(known_activation(*select(greater(z, number(1e10)), number(0), call("tanh", {z}))) == "");
}

TEST_CASE("branches") {
    model m;
    m.constant("w", {4, 4});
    m.node("MatMul", {"x", "w"}, "t");
    m.node("Relu", {"t"}, "u");
    m.node("Add", {"x", "u"}, "r");
    m.node("Tanh", {"r"}, "s");
    NodeProto& concat = m.node("Concat", {"s", "r"}, "y");
    model::attribute(concat, "axis", -1);
    const auto network = m.imported();
    REQUIRE(network.pieces.size() == 2);
    CHECK(network.pieces[0].text == "residual");
    CHECK(network.pieces[0].branches.at(0).size() == 2);
    CHECK(network.pieces[1].text == "concat");
    CHECK(network.pieces[1].branches.at(1).empty());
    CHECK(network.output == importer::shape{8});
}

TEST_CASE("branches that are all empty") {
    const auto joined = [](const char* operation, std::vector<std::string> inputs) {
        model m;
        m.node("Softmax", {"x"}, "s");
        NodeProto& join = m.node(operation, std::move(inputs), "y");
        if (join.op_type() == "Concat") model::attribute(join, "axis", 1);
        return m.imported();
    };
    const auto twice = joined("Concat", {"s", "s"});
    REQUIRE(twice.pieces.size() == 2);
    CHECK(twice.pieces[1].text == "concat");
    CHECK(twice.pieces[1].branches.size() == 2);
    CHECK(twice.pieces[1].branches[1].empty());
    CHECK(twice.output == importer::shape{8});
    const auto sum = joined("Sum", {"s", "s", "s"});
    CHECK(sum.pieces.at(1).text == "add");
    CHECK(sum.pieces.at(1).branches.size() == 3);
    CHECK_THROWS_AS(joined("Sum", {"s"}), espalier::io::error);
}

TEST_CASE("a dropout's training mode may be told, if it is false") {
    const auto with = [](int mode) {
        model m;
        m.constant("ratio", {}, 0.25f);
        TensorProto& training = *m.graph.add_initializer();
        training.set_name("training");
        training.set_data_type(TensorProto::BOOL);
        training.add_int32_data(mode);
        m.node("Dropout", {"x", "ratio", "training"}, "y");
        return m;
    };
    CHECK(with(0).text() == "dropout<0.25>");
    CHECK(with(1).problem() ==
          "m.onnx: node 'n1' (Dropout): expected a model for inference, false as input 2, found 'training'");
}

TEST_CASE("a file cut off anywhere is refused, or is a model all the same") {
    const std::filesystem::path whole = in_tests("import/models/torch_branches.onnx");
    CHECK(importer::import_model(whole).output == importer::shape{5});
    std::string bytes(static_cast<std::size_t>(std::filesystem::file_size(whole)), '\0');
    std::ifstream(whole, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const temporary_folder folder;
    const auto cut = folder / "cut.onnx";
    std::size_t taken = 0;
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        std::ofstream(cut, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(length));
        try {
            importer::import_model(cut);
            ++taken;
        } catch (const espalier::io::error&) {
        }
    }
    CHECK(taken < 20);  // the end of the file says which version of the operators it is
    for (const char* length : {"\x7f", "\xff\xff\xff\xff\x0f", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"}) {
        // a graph of 127 bytes, of 2^32 - 1, of 2^63, in a file that ends there
        std::ofstream(cut, std::ios::binary) << "\x08\x07\x3a" << length;
        try {
            importer::import_model(cut);
            CHECK(false);
        } catch (const espalier::io::error& failure) {
            CHECK(failure.what() == cut.string() + ": byte 0: expected an ONNX model, found bytes that are none");
        }
    }
}

TEST_CASE("names that a namespace may have") {
    CHECK(importer::identifier_of("model") == "model");
    CHECK(importer::identifier_of("my-net.v2") == "my_net_v2");
    CHECK(importer::identifier_of("double") == "model_double");
    CHECK(importer::identifier_of("9") == "model_9");
    CHECK(importer::identifier_of("") == "model_");
    for (const char* taken : {"char8_t", "co_await", "static_cast", "thread_local", "and_eq", "compl", "main", "signal",
                              "gamma", "index", "time", "linux", "y0"})
        CHECK(importer::identifier_of(taken) == "model_" + std::string(taken));
    CHECK(std::ranges::is_sorted(importer::taken_names));  // none twice, and easily found
    CHECK(!importer::is_identifier("a__b"));
}
