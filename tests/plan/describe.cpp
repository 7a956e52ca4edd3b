// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/describe.hpp>
#include <espalier/plan/flops.hpp>

#include "networks.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ep = espalier;
namespace layer = espalier::layer;

namespace {

using Digits = ep::network_t<networks::digits>;
using Mixed = ep::network_t<networks::mixed>;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

/// The line that holds a text; the text itself must occur on one line only.
std::string line_with(const std::string& text, std::string_view wanted) {
    std::string found;
    for (const std::string& each : lines_of(text))
        if (each.find(wanted) != std::string::npos) found += (found.empty() ? "" : "\n") + each;
    return found;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Terminal column at which a part of a line begins.
std::size_t column_of(const std::string& line, std::string_view part) {
    const std::size_t at = line.find(part);
    REQUIRE(at != std::string::npos);
    return ep::detail::text_width(std::string_view(line).substr(0, at));
}

struct lengthy {
    static constexpr std::string_view kind =
        "a_layer_whose_author_liked_telling_names_more_than_narrow_tables_of_text_on_screens";
    static constexpr std::array arguments{0.001, 1e-12, 3.0};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
};

}  // namespace

TEST_CASE("a layer's name is what its user wrote") {
    CHECK(ep::layer_name<layer::input<64>>() == "input<64>");
    CHECK(ep::layer_name<layer::input<1, 28, 28>>() == "input<1, 28, 28>");
    CHECK(ep::layer_name<layer::dense<128>>() == "dense<128>");
    CHECK(ep::layer_name<layer::dense<128, ep::no_bias>>() == "dense<128, no_bias>");
    CHECK(ep::layer_name<layer::relu>() == "relu");
    CHECK(ep::layer_name<layer::leaky_relu<>>() == "leaky_relu<0.01>");
    CHECK(ep::layer_name<layer::elu<>>() == "elu<1>");
    CHECK(ep::layer_name<layer::prelu<>>() == "prelu<0.25>");
    CHECK(ep::layer_name<layer::dropout<0.5>>() == "dropout<0.5>");
    CHECK(ep::layer_name<layer::flatten>() == "flatten");
    CHECK(ep::layer_name<layer::frozen<layer::dense<64>>>() == "frozen(dense<64>)");
    CHECK(ep::layer_name<lengthy>() == std::string(lengthy::kind) + "<0.001, 1e-12, 3>");
}

TEST_CASE("symbols are written as the mathematics writes them") {
    using namespace ep::symbols;
    using ep::detail::symbol_text;
    CHECK(symbol_text(W<2>) == "W²");
    CHECK(symbol_text(b<10>) == "b¹⁰");
    CHECK(symbol_text(z<3>) == "z³");
    CHECK(symbol_text(a<0>) == "a⁰");
    CHECK(symbol_text(delta<45678>) == "δ⁴⁵⁶⁷⁸");
    CHECK(symbol_text(W_gradient<9>) == "∇W⁹");
    CHECK(symbol_text(y) == "y");
}

TEST_CASE("the table of a plan, as it stands in the documentation") {
    const std::string text = ep::describe<Digits, 64>();
    CHECK(text.starts_with("batch of 64 (64 lanes), float\n\n"));
    const std::size_t first = text.find("#  layer");
    REQUIRE(first != std::string::npos);
    const std::string golden =
        "#  layer       output  parameters  kept for backward      bytes  forward  backward\n"
        "──────────────────────────────────────────────────────────────────────────────────\n"
        "0  input<64>   64                  the caller's x (∇W¹)\n"
        "1  dense<128>  128          8,320  nothing                        16,384    16,384\n"
        "2  relu        128                 a¹ (∇W², f′)          32,768\n"
        "3  dense<10>   10           1,290  nothing                         2,560     5,120\n"
        "──────────────────────────────────────────────────────────────────────────────────\n"
        "   total                    9,610                        32,768   18,944    21,504\n"
        "FLOPs are per sample, a multiply-add counts as two; only products are counted.\n"
        "\n"
        "arena of 49,152 bytes\n"
        "\n"
        "tensor    what                    offset   bytes  written in  last read in  in place of\n"
        "───────────────────────────────────────────────────────────────────────────────────────\n"
        "a⁰        x in blocks of samples       0  16,384  pack        forward 1\n"
        "a¹        kept: ∇W², f′           16,384  32,768  forward 1   backward 2\n"
        "a²        passes through               0   2,560  forward 2   loss\n"
        "δ²        ∇C by z²                     0   2,560  loss        backward 2    a²\n";
    CHECK(text.substr(first, golden.size()) == golden);
}

TEST_CASE("each row tells what is kept, why, and what it costs") {
    using Example =
        ep::network_t<(ep::input<1, 4, 4> >> ep::flatten >> ep::frozen(ep::dense<24>) >> ep::gelu >> ep::dropout<0.5> >>
                       ep::dense<8, ep::no_bias> >> ep::mish >> ep::dense<3> >> ep::sigmoid)>;
    const std::string text = ep::describe<Example, 64>();
    CHECK(has(line_with(text, "input<1, 4, 4>"), "1x4x4"));
    CHECK(has(line_with(text, "input<1, 4, 4>"), "nothing"));  // the first dense layer is frozen
    CHECK(has(line_with(text, "frozen(dense<24>)"), "408"));
    CHECK(has(line_with(text, "frozen(dense<24>)"), "nothing"));
    CHECK(line_with(text, "frozen(dense<24>)").ends_with("  768         0"));  // no gradient at all
    CHECK(has(line_with(text, "gelu"), "nothing"));
    CHECK(has(line_with(text, "dropout<0.5>"), "a¹ (∇W²)  "));
    CHECK(line_with(text, "dropout<0.5>").ends_with("6,144"));  // 64 x 24 floats
    CHECK(has(line_with(text, "dense<8, no_bias>"), "z² (f′)"));
    CHECK(line_with(text, "dense<8, no_bias>").ends_with("384       384"));  // ∇W² alone: below it all is frozen
    CHECK(has(line_with(text, "mish"), "a² (∇W³)"));
    CHECK(line_with(text, "dense<3>").ends_with("48        96"));  // ∇W³ and ∇a²
    CHECK(has(line_with(text, "sigmoid"), "a³ (f′)"));
    CHECK(has(line_with(text, "total"), "627"));
    CHECK(has(text, "kept: ∇W³"));

    const std::string inference = ep::describe<Example, 64, float, ep::request::nothing>();
    CHECK_FALSE(has(inference, "∇"));
    CHECK_FALSE(has(inference, "kept:"));
    CHECK(line_with(inference, "dense<3>").ends_with("48         0"));

    const std::string both = ep::describe<Example, 64, float, ep::request::both>();
    CHECK(has(line_with(both, "frozen(dense<24>)"), "z¹ (f′)"));
    CHECK(line_with(both, "frozen(dense<24>)").ends_with("768       768"));  // ∇a⁰ alone
    CHECK(has(line_with(both, "δ⁰"), "unpack"));
}

TEST_CASE("operations of one's own are described by what they declare") {
    const std::string text =
        ep::describe<ep::network_t<(ep::input<6> >> ep::dense<6> >> ep::relu >> networks::centred{} >> ep::gelu >>
                                    networks::gated{} >> ep::dense<2>)>,
                     64>();
    CHECK(has(line_with(text, "relu"), "a¹ (f′)"));
    CHECK(has(line_with(text, "centred"), "z² (∇a¹, f′)"));
    CHECK(has(line_with(text, "gelu"), "a² (∇W³, ∇a²)"));
    CHECK(has(line_with(text, "gated"), "a³ (∇W⁴, ∇W³, ∇a²)"));
}

TEST_CASE("totals are those of the plan") {
    networks::for_each([](auto network) {
        using Net = decltype(network);
        using planned = ep::plan<Net, 64, double>;
        const std::string text = ep::describe<Net, 64, double>();
        using ep::detail::grouped;
        const std::string total = line_with(text, "total");
        CHECK(has(total, grouped(ep::parameter_count<Net>)));
        CHECK(has(total, grouped(planned::stored_bytes)));
        CHECK(has(total, grouped(ep::forward_flops<Net>)));
        CHECK(has(total, grouped(ep::backward_flops<Net>)));
        CHECK(has(text, "arena of " + grouped(planned::bytes) + " bytes"));
        CHECK(has(text, ", double\n"));
        CHECK(lines_of(text).size() == 13 + ep::layer_number<Net>(ep::layer_count<Net> - 1) + planned::arena.count);
    });
}

TEST_CASE("columns are aligned and lines at most 120 columns wide") {
    const auto check = [](const std::string& text) {
        const std::vector<std::string> lines = lines_of(text);
        for (const std::string& each : lines) {
            CHECK(ep::detail::text_width(each) <= 120);
            CHECK((each.empty() || each.back() != ' '));
        }
        // Below the titles, no cell of a number column ends elsewhere than its title does.
        const auto title =
            std::find_if(lines.begin(), lines.end(), [](const auto& each) { return has(each, "kept for backward"); });
        REQUIRE(title != lines.end());
        const std::size_t last = ep::detail::text_width(*title);
        const std::size_t kept = column_of(*title, "kept for backward");
        const std::size_t layer = column_of(*title, "layer");
        std::size_t rows = 0;
        for (auto line = title + 2; !line->starts_with("─"); ++line, ++rows) {
            CHECK(ep::detail::text_width(*line) <= last);
            CHECK(layer >= 2);
            // both sides of the gap before a text column are blank
            std::vector<std::string> characters;
            for (const char byte : *line)
                if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80)
                    characters.emplace_back(1, byte);
                else
                    characters.back() += byte;
            CHECK(characters[layer - 1] == " ");
            CHECK(characters[layer] != " ");
            CHECK(characters[kept - 1] == " ");
            CHECK(characters[kept - 2] == " ");
            CHECK(characters[kept] != " ");
        }
        CHECK(rows > 0);
    };
    check(ep::describe<Digits, 64>());
    check(ep::describe<Mixed, 1000, double>());
    check(ep::describe<ep::network_t<(ep::input<3> >> ep::repeat<6>(ep::dense<300> >> ep::gelu) >> ep::dense<1000>)>,
                       4096>());
    check(ep::describe<ep::network_t<(ep::input<100000, 2> >> lengthy{} >> ep::flatten >> ep::dense<7> >> lengthy{})>,
                       99>());
}

TEST_CASE("text that does not fit gives way with an ellipsis") {
    const std::string text =
        ep::describe<ep::network_t<(ep::input<8> >> lengthy{} >> ep::dense<7> >> lengthy{})>, 64>();
    CHECK(has(text, "a_layer_whose_author"));
    CHECK(has(text, "…"));
    CHECK(has(line_with(text, "dense<7>"), "63"));
}

TEST_CASE("numbers are grouped, widths count code points") {
    using ep::detail::fitted;
    using ep::detail::grouped;
    using ep::detail::text_width;
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1234567) == "1,234,567");
    CHECK(grouped(100000) == "100,000");
    CHECK(text_width("") == 0);
    CHECK(text_width("∇W², f′") == 7);
    CHECK(fitted("∇W², f′", 7) == "∇W², f′");
    CHECK(fitted("∇W², f′", 4) == "∇W²…");
    CHECK(fitted("abc", 2) == "a…");
}

TEST_CASE("what a max_pool keeps beside tensors is said, and how much") {
    // An index of one byte for each output of 4 x 3 x 3, in 64 lanes.
    using Pooled = ep::network_t<(ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::relu >> ep::max_pool<2> >>
                                  ep::flatten >> ep::dense<10>)>;
    const std::string text = ep::describe<Pooled, 64>();
    const std::string row = line_with(text, "own² (its gradients)");
    CHECK(has(row, "max_pool<2>"));
    CHECK(row.ends_with("2,304"));
    const std::string tensor = line_with(text, "by max_pool<2> for its gradients");
    CHECK(has(tensor, "own²"));
    CHECK(has(tensor, "2,304"));
}
