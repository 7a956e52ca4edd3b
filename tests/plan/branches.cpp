// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <espalier/plan/describe.hpp>
#include <espalier/plan/dot.hpp>
#include <espalier/plan/flops.hpp>
#include <espalier/topology/dsl.hpp>
#include <initializer_list>
#include <string>

namespace ep = espalier;
namespace layer = espalier::layer;
using namespace ep::symbols;
using ep::stage_kind;

namespace {

constexpr bool reads_stages(const ep::stage& reader, std::initializer_list<std::size_t> sources) {
    return std::equal(reader.sources, reader.sources + reader.source_count, sources.begin(), sources.end());
}

// The block's last product takes the skip as an addend: a residual block has no stage of its own.
constexpr auto residual = ep::input<5> >> ep::dense<6> >> ep::tanh >>
                          ep::residual(ep::dense<6> >> ep::silu >> ep::dense<6>) >> ep::tanh >> ep::dense<3>;
using Residual = ep::network_t<residual>;
constexpr auto& of_residual = ep::stages<Residual>;
static_assert(ep::stage_count<Residual> == 5);
static_assert(reads_stages(of_residual[2], {1}) && reads_stages(of_residual[3], {2, 1}));
static_assert(of_residual[3].is == stage_kind::layer && of_residual[3].addends() == 1);
static_assert(of_residual[3].elementwise == 1 && !of_residual[3].is_identity, "tanh follows the sum");
static_assert(reads_stages(of_residual[4], {3}));

// δ¹ reads the deltas of all who read a¹: the block's first product, and the sum, whose δ is passed on.
static_assert(ep::gradient_reads<Residual>(delta<1>) == ep::reads{W<2>, delta<2>, delta<3>, z<1>});
static_assert(ep::gradient_reads<Residual>(W<1>) == ep::reads{W<2>, delta<2>, delta<3>, z<1>, a<0>});
static_assert(ep::gradient_reads<Residual>(W<2>) == ep::reads{W<3>, delta<3>, z<2>, a<1>});
static_assert(ep::gradient_reads<Residual>(W<3>) == ep::reads{W<4>, delta<4>, z<3>, a<2>});
static_assert(ep::gradient_reads<Residual>(a<1>) == ep::reads{W<2>, delta<2>, delta<3>});

// Nothing is copied for the skip on the way back: δ¹ is computed in one go, by who comes last, from δ³ and W² δ².
constexpr auto& back = ep::plan<Residual, 64>::arena;
static_assert(!back.contributions[3][1].computes, "the skip");
static_assert(back.contributions[2][0].computes && back.contributions[2][0].is_last);
static_assert(back.contributions[2][0].from == back.delta[3]);
static_assert(back.tensors[back.delta[3]].last_step == back.tensors[back.delta[1]].first_step, "δ³ waits for δ¹");
static_assert(ep::plan<Residual, 64>::stored == ep::tensors{a<1>, z<2>, a<2>, a<3>});

// Where a block ends in a function, the sum is a stage; of a projection, the last product takes the sum.
constexpr auto rectified = ep::input<6> >> ep::residual(ep::dense<6> >> ep::relu);
static_assert(ep::stage_count<ep::network_t<rectified>> == 3);
static_assert(ep::stages<ep::network_t<rectified>>[2].is == stage_kind::sum);
static_assert(reads_stages(ep::stages<ep::network_t<rectified>>[2], {1, 0}));
constexpr auto projected = ep::input<5> >>
                           ep::residual(ep::dense<6> >> ep::tanh >> ep::dense<6>, ep::dense<6>) >> ep::relu;
constexpr auto& of_projected = ep::stages<ep::network_t<projected>>;
static_assert(of_projected.size() == 4 && reads_stages(of_projected[3], {0, 2}));
static_assert(ep::parameter_tensors<ep::network_t<projected>, float>[2].what.start == ep::initializers::he_normal,
              "relu stands behind the sum, hence behind both products");

// Functions that begin a branch are stages that read z where it lies.
constexpr auto gated = ep::input<4> >> ep::dense<6> >> ep::multiply(ep::identity, ep::sigmoid) >> ep::dense<2>;
using Gated = ep::network_t<gated>;
constexpr auto& of_gated = ep::stages<Gated>;
static_assert(of_gated.size() == 5 && of_gated[2].only_function() && of_gated[3].is == stage_kind::product);
static_assert(reads_stages(of_gated[2], {1}) && reads_stages(of_gated[3], {1, 2}));
static_assert(ep::gradient_reads<Gated>(delta<1>) == ep::reads{delta<2>, delta<3>, a<2>});
static_assert(ep::gradient_reads<Gated>(delta<2>) == ep::reads{delta<3>, a<1>, z<2>});
static_assert(ep::plan<Gated, 64>::arena.z[2] == ep::planned_tensor::fresh);
static_assert(ep::plan<Gated, 64>::stored == ep::tensors{a<1>, a<2>, a<3>});

// Concatenation is along the first axis.
constexpr auto channels = ep::input<2, 3, 4> >>
                          ep::concat(ep::identity, ep::relu, ep::reshape<5 - 2, 2, 4> >> ep::reshape<2, 3, 4>);
static_assert(ep::output_shape<ep::network_t<channels>> == ep::shape<6, 3, 4>{});
constexpr auto dense_block = ep::input<4> >> ep::dense<6> >>
                             ep::concat(ep::identity, ep::dense<3> >> ep::relu) >> ep::dense<2>;
using Dense = ep::network_t<dense_block>;
static_assert(ep::output_shape<Dense> == ep::shape<2>{} && ep::stages<Dense>[3].outputs == 9);
constexpr auto& dense_back = ep::plan<Dense, 64>::arena;
static_assert(dense_back.contributions[2][0].from == dense_back.delta[3] &&
                  dense_back.contributions[2][0].from_features == 9 && dense_back.contributions[2][0].from_first == 0,
              "the slice of δ³ is added where it lies");
static_assert(dense_back.contributions[3][1].computes && dense_back.contributions[3][1].is_last);

// Frozen blocks, repeated ones, nested ones and networks as parts.
constexpr auto frozen = ep::input<4> >> ep::dense<4> >>
                        ep::frozen(ep::residual(ep::dense<4> >> ep::tanh)) >> ep::dense<2>;
constexpr auto& of_frozen = ep::duties<ep::network_t<frozen>>;
static_assert(!of_frozen[2].parameter_gradient && of_frozen[2].input_gradient && of_frozen[1].parameter_gradient);
constexpr auto below = ep::input<4> >> ep::frozen(ep::residual(ep::dense<4> >> ep::tanh)) >> ep::dense<2>;
static_assert(!ep::duties<ep::network_t<below>>[1].backward && !ep::duties<ep::network_t<below>>[2].backward);
constexpr auto repeated = ep::input<4> >> ep::repeat<3>(ep::residual(ep::dense<4> >> ep::residual(ep::dense<4>)));
static_assert(ep::stage_count<ep::network_t<repeated>> == 3 * 2 + 1, "both sums join the second product");
using Nested = ep::network<layer::input<4>, ep::network<decltype(ep::add(ep::dense<3>, ep::dense<3>))>, layer::relu>;
static_assert(ep::stage_count<Nested> == 3 && ep::output_shape<Nested> == ep::shape<3>{});

// Numbers of layers leave out what only shapes the list; a join counts after its branches.
static_assert(ep::layer_count<Residual> == 11 && ep::layer_number<Residual>(4) == 3);
static_assert(std::is_same_v<ep::layer_at<Residual, 8>, layer::join<layer::joint::residual, 2>>);
static_assert(ep::layer_number<Residual>(8) == 6 && ep::layer_number<Residual>(10) == 8);

static_assert(ep::forward_flops<Residual> == 2 * (5 * 6 + 6 * 6 + 6 * 6 + 6 * 3));
static_assert(ep::backward_flops<Residual> == 2 * (5 * 6 + 2 * (6 * 6 + 6 * 6 + 6 * 3)));

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("tables show layers as their user counts them") {
    const std::string text = ep::describe<Residual, 64>();
    CAPTURE(text);
    CHECK(has(text, "\n3  dense<6>"));
    CHECK(has(text, "\n6  residual"));
    CHECK(has(text, "\n8  dense<3>"));
    CHECK_FALSE(has(text, "fork"));
    CHECK_FALSE(has(text, "next_branch"));
    CHECK(has(text, "a¹ (∇W², f′)"));
    const std::string gates = ep::describe<Gated, 64>();
    CAPTURE(gates);
    CHECK(has(gates, "a¹ (∇a²)"));
    CHECK(has(gates, "a² (∇a¹, f′)"));
}

TEST_CASE("the graph has the edges of the branches") {
    const std::string text = ep::to_dot<Residual>();
    CAPTURE(text);
    CHECK(has(text, "layer2 -> layer4 [label=\"6\""));
    CHECK(has(text, "layer2 -> layer8 [label=\"6\""));
    CHECK(has(text, "layer6 -> layer8 [label=\"6\""));
    CHECK(has(text, "delta1 -> delta2 [dir=back"));
    CHECK(has(text, "delta1 -> delta3 [dir=back"));
    CHECK_FALSE(has(text, "delta1 -> delta4"));
    CHECK_FALSE(has(text, "fork"));
    CHECK(has(ep::to_dot<Gated>(), "layer4 -> delta1 [label=\"a²\", style=dashed"));
}
