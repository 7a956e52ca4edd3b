// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/stages.hpp>
#include <espalier/topology/dsl.hpp>

#include <type_traits>

namespace ep = espalier;
namespace layer = espalier::layer;

namespace {

// Operations begin stages; what follows is fused into them.
using Digits = ep::network_t<(ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>)>;
static_assert(ep::stage_count<Digits> == 3);
constexpr auto& digits = ep::stages<Digits>;
static_assert(digits[0].operation == ep::stage::no_layer && digits[0].outputs == 64 && digits[0].is_identity);
static_assert(digits[1].operation == 1 && digits[1].first_layer == 1 && digits[1].last_layer == 2);
static_assert(digits[1].inputs == 64 && digits[1].outputs == 128 && digits[1].elementwise == 1);
static_assert(digits[1].operation_trains && !digits[1].activation_trains && digits[1].whole_batch);
static_assert(digits[2].operation == 3 && digits[2].inputs == 128 && digits[2].outputs == 10 &&
              digits[2].elementwise == 0);
static_assert(digits[2].is_identity && !digits[2].depends_on_z && !digits[2].backward_reads_a &&
              !digits[2].backward_reads_z);

// Activation, dropout and views of one stage.
using Wide = ep::network_t<(ep::input<1, 4, 4> >> ep::flatten >> ep::dropout<0.2> >> ep::dense<8> >> ep::gelu >>
                            ep::reshape<2, 4> >> ep::dropout<0.5> >> ep::flatten >> ep::dense<3> >> ep::sigmoid)>;
static_assert(ep::stage_count<Wide> == 3);
constexpr auto& wide = ep::stages<Wide>;
static_assert(wide[0].first_layer == 0 && wide[0].last_layer == 2 && wide[0].elementwise == 1 && !wide[0].is_identity);
static_assert(wide[1].first_layer == 3 && wide[1].last_layer == 7 && wide[1].elementwise == 2);
static_assert(wide[1].inputs == 16 && wide[1].outputs == 8 && wide[2].outputs == 3);
static_assert(std::is_same_v<ep::stage_chain<Wide, 1>, ep::expression::chain<layer::gelu, layer::dropout<0.5>>>);
static_assert(std::is_same_v<ep::stage_chain<Wide, 2>, ep::expression::chain<layer::sigmoid>>);
static_assert(std::is_same_v<ep::stage_operation<Wide, 2>, layer::dense<3>>);

// A nested network gives the stages of the flat one.
using Nested = ep::network<layer::input<64>, ep::network<layer::dense<128>, layer::relu>, layer::dense<10>>;
static_assert(ep::stage_count<Nested> == 3 && ep::stages<Nested>[1].last_layer == 2);
static_assert(std::is_same_v<ep::stage_operation<Nested, 2>, layer::dense<10>>);

// identity vanishes.
using Linear = ep::network_t<(ep::input<4> >> ep::dense<4> >> ep::identity >> ep::dense<2>)>;
static_assert(ep::stages<Linear>[1].is_identity && ep::stages<Linear>[1].elementwise == 1);

// What trains.
using Parts =
    ep::network_t<(ep::input<4> >> ep::frozen(ep::dense<4>) >> ep::prelu<> >> ep::dense<2> >> ep::frozen(ep::prelu<>))>;
static_assert(!ep::stages<Parts>[1].operation_trains && ep::stages<Parts>[1].activation_trains);
static_assert(ep::stages<Parts>[2].operation_trains && !ep::stages<Parts>[2].activation_trains);

// What f′ reads: a where it can be written in a, z where not, nothing where it is constant.
enum class source { nothing, z, a };
template <auto... Activations>
constexpr source derivative_reads() {
    using net =
        ep::network<layer::input<4>, layer::dense<4>, std::remove_cvref_t<decltype(Activations)>..., layer::dense<2>>;
    constexpr const ep::stage& found = ep::stages<net>[1];
    static_assert(!(found.backward_reads_z && found.backward_reads_a));
    static_assert(found.depends_on_z == (found.backward_reads_z || found.backward_reads_a));
    return found.backward_reads_z ? source::z : found.backward_reads_a ? source::a : source::nothing;
}
static_assert(derivative_reads<ep::identity>() == source::nothing);
static_assert(derivative_reads<ep::relu>() == source::a);
static_assert(derivative_reads<ep::leaky_relu<>>() == source::a);
static_assert(derivative_reads<ep::elu<>>() == source::a);
static_assert(derivative_reads<ep::selu>() == source::a);
static_assert(derivative_reads<ep::sigmoid>() == source::a);
static_assert(derivative_reads<ep::tanh>() == source::a);
static_assert(derivative_reads<ep::softplus>() == source::a);
static_assert(derivative_reads<ep::hard_sigmoid>() == source::a);
static_assert(derivative_reads<ep::silu>() == source::z);
static_assert(derivative_reads<ep::gelu>() == source::z);
static_assert(derivative_reads<ep::gelu_tanh>() == source::z);
static_assert(derivative_reads<ep::mish>() == source::z);
static_assert(derivative_reads<ep::hard_swish>() == source::z);
static_assert(derivative_reads<ep::prelu<>>() == source::z);
static_assert(derivative_reads<ep::relu, ep::dropout<0.5>>() == source::a);
static_assert(derivative_reads<ep::tanh, ep::dropout<0.5>>() == source::a);  // where dropped, δ is 0 anyway
static_assert(derivative_reads<ep::dropout<0.5>>() == source::nothing);
static_assert(derivative_reads<ep::gelu, ep::dropout<0.5>>() == source::z);
static_assert(derivative_reads<ep::leaky_relu<-1.0>>() == source::z);  // |z| tells no sign

}  // namespace

TEST_CASE("the stages cover all layers, each once") {
    std::size_t next = 0;
    for (const ep::stage& each : wide) {
        CHECK(each.first_layer == next);
        next = each.last_layer + 1;
    }
    CHECK(next == ep::layer_count<Wide>);
}
