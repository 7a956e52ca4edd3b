// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/topology/dsl.hpp>
#include <espalier/topology/shapes.hpp>

namespace ep = espalier;
namespace layer = espalier::layer;

namespace {

template <class Net>
constexpr auto output(Net) {
    return ep::output_shape<Net>;
}

static_assert(output(ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>) == ep::shape<10>{});
static_assert(output(ep::input<7> >> ep::relu) == ep::shape<7>{});
static_assert(output(ep::input<2, 3> >> ep::tanh) == ep::shape<2, 3>{});
static_assert(output(ep::input<1, 28, 28> >> ep::flatten) == ep::shape<784>{});
static_assert(output(ep::input<1, 28, 28> >> ep::relu >> ep::flatten >> ep::dense<10>) == ep::shape<10>{});
static_assert(output(ep::input<12> >> ep::reshape<3, 2, 2>) == ep::shape<3, 2, 2>{});
static_assert(output(ep::input<12> >> ep::reshape<3, 4> >> ep::dropout<0.5> >> ep::flatten) == ep::shape<12>{});
static_assert(output(ep::input<5, 4, 3, 2, 1, 1> >> ep::flatten).size == 120);
static_assert(output(ep::input<3> >> ep::repeat<4>(ep::dense<32> >> ep::tanh)) == ep::shape<32>{});
static_assert(output(ep::input<3> >> ep::frozen(ep::dense<4> >> ep::relu)) == ep::shape<4>{});

// An input inside a network states what arrives.
static_assert(output(ep::input<6> >> ep::dense<4> >> ep::input<4> >> ep::dense<2>) == ep::shape<2>{});

using Deep =
    ep::network<layer::input<1, 8, 8>, ep::network<layer::flatten, layer::dense<16>>, layer::gelu, layer::dense<3>>;
static_assert(ep::input_shape<Deep> == ep::shape<1, 8, 8>{} && ep::output_shape<Deep> == ep::shape<3>{});
static_assert(ep::input_size<Deep> == 64 && ep::output_size<Deep> == 3);
static_assert(ep::well_formed<Deep>);

constexpr auto& inferred = ep::detail::inference<ep::flat_network<Deep>>::value;
static_assert(inferred.problem == layer::mismatch::none);
static_assert(inferred.layers[0].output == ep::extents(ep::shape<1, 8, 8>{}));
static_assert(inferred.layers[1].input == ep::extents(ep::shape<1, 8, 8>{}));
static_assert(inferred.layers[2].input == ep::extents(ep::shape<64>{}));
static_assert(inferred.layers[3].input == ep::extents(ep::shape<16>{}));
static_assert(inferred.layers[3].output == ep::extents(ep::shape<16>{}));
static_assert(inferred.layers[4].output == ep::extents(ep::shape<3>{}));

// Inference itself reports the first misfit by position and reason; well_formed turns it into a compile error
// (tests/compile_fail).
template <class... Layers>
constexpr auto& inference = ep::detail::inference<ep::network<Layers...>>::value;
template <class... Layers>
constexpr bool refuses(std::size_t at, layer::mismatch why) {
    return inference<Layers...>.first_mismatch == at && inference<Layers...>.problem == why;
}
using layer::mismatch;
static_assert(refuses<layer::dense<3>, layer::relu>(0, mismatch::missing_input));
static_assert(refuses<layer::input<2, 2>, layer::relu, layer::dense<3>>(2, mismatch::needs_flat));
static_assert(refuses<layer::input<4>, layer::dense<3>, layer::input<4>>(2, mismatch::unexpected_input));
static_assert(refuses<layer::input<4>, layer::reshape<5>>(1, mismatch::size_differs));
static_assert(refuses<layer::input<4, 0>, layer::flatten>(0, mismatch::empty));
static_assert(refuses<layer::input<2, 2>, layer::dense<3>, layer::reshape<5>>(1, mismatch::needs_flat));

/// A layer of one's own may refuse an input, too.
struct even_only {
    static constexpr std::string_view kind = "even_only";
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr mismatch check(const ep::extents& input) {
        return input.size() % 2 == 0 ? mismatch::none : mismatch::refused;
    }
};
static_assert(refuses<layer::input<3>, even_only>(1, mismatch::refused));
static_assert(ep::output_shape<ep::network<layer::input<4>, even_only>> == ep::shape<4>{});

// A layer keeps what its kind promises.
struct own {
    static constexpr std::string_view kind = "own";
    static constexpr ep::extents output(const ep::extents& input) { return input; }
};
struct halves {
    static constexpr std::string_view kind = "halves";
    static constexpr ep::extents output(const ep::extents&) { return ep::shape<2>{}; }
};
struct turned : halves {
    static constexpr ep::extents output(const ep::extents&) { return ep::shape<2, 2>{}; }
};
static_assert(ep::output_shape<ep::network<layer::input<4>, own, turned>> == ep::shape<2, 2>{});
static_assert(refuses<layer::input<4>, halves>(1, mismatch::view_resizes));

struct elementwise_turned : turned {
    static constexpr auto expression = ep::expression::variable{};
};
static_assert(refuses<layer::input<4>, elementwise_turned>(1, mismatch::shape_changes));

struct with_reads : own {
    static constexpr layer::reads parameter_gradient_reads{};
};
struct with_batch : own {
    static constexpr bool whole_batch = true;
};
struct with_forward : own {
    template <ep::extents Input, class Scalar>
    static void forward(int);
};
struct with_parameters : own {
    static constexpr std::array<layer::parameter, 1> parameters(const ep::extents&) { return {}; }
};
struct without_parameter_reads : with_parameters {
    static constexpr layer::reads input_gradient_reads{};
};
static_assert(refuses<layer::input<4>, with_reads>(1, mismatch::undeclared));
static_assert(refuses<layer::input<4>, with_batch>(1, mismatch::undeclared));
static_assert(refuses<layer::input<4>, with_forward>(1, mismatch::undeclared));
static_assert(refuses<layer::input<4>, with_parameters>(1, mismatch::undeclared));
static_assert(refuses<layer::input<4>, without_parameter_reads>(1, mismatch::undeclared));

template <std::size_t Count, std::size_t Size, auto Expression>
struct learning : own {
    static constexpr auto expression = Expression;
    static constexpr auto parameters(const ep::extents&) {
        std::array<layer::parameter, Count> list;
        for (layer::parameter& each : list) each = {"slope", ep::shape<Size>{}};
        return list;
    }
};
constexpr auto sloped = ep::expression::parameter<0>{} * ep::expression::variable{};
static_assert(ep::output_shape<ep::network<layer::input<4>, learning<1, 1, sloped>>> == ep::shape<4>{});
static_assert(refuses<layer::input<4>, learning<1, 4, sloped>>(1, mismatch::learned_differ));
static_assert(refuses<layer::input<4>, learning<2, 1, sloped>>(1, mismatch::learned_differ));
static_assert(refuses<layer::input<4>, learning<0, 1, sloped>>(1, mismatch::learned_differ));

constexpr auto long_chain = ep::input<8> >> ep::repeat<64>(ep::dense<8> >> ep::tanh);
static_assert(ep::layer_count<ep::network_t<long_chain>> == 129);
static_assert(output(long_chain) == ep::shape<8>{});

}  // namespace

TEST_CASE("extents are a shape as a value") {
    const ep::extents image = ep::shape<3, 4, 5>{};
    CHECK(image.rank == 3);
    CHECK(image.size() == 60);
    CHECK(image == ep::extents(ep::shape<3, 4, 5>{}));
    CHECK(image != ep::extents(ep::shape<5, 4, 3>{}));
    CHECK(image != ep::extents(ep::shape<60>{}));
    CHECK(ep::extents{}.size() == 1);
}
