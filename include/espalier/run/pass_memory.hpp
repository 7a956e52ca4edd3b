// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include <espalier/layer/sample.hpp>
#include <espalier/plan/parameters.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/run/coins.hpp>
#include <espalier/run/epilogue.hpp>

namespace espalier::detail {

/// The Count tensors of a layer within a flat vector of parameters or gradients, and a null pointer. Where a layer has
/// none, there may be no vector.
template <class Net, std::size_t Count, class Element>
ESPALIER_INLINE std::array<Element*, Count + 1> tensors_of(Element* flat, std::size_t layer) {
    const std::size_t first = first_parameter_tensor<Net>(layer);
    std::array<Element*, Count + 1> tensors{};
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < Count; ++i)
        tensors[i] = flat + tensor_offsets<Net, std::remove_const_t<Element>>[first + i];
    return tensors;
}
template <class Net, std::size_t L, class Element>
ESPALIER_INLINE auto tensors_of(Element* flat) {
    return tensors_of<Net, tensors_of_layer<Net, L>>(flat, L);
}

/// Where the tensors of a stage begin in the arena, in bytes: what code looks up while it runs, of all that a plan
/// knows.
struct stage_places {
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    std::size_t z = nowhere;  // of f alone: what it reads
    std::size_t a = nowhere;
    std::size_t output = nowhere;  // of the operation: z where it is kept apart, else a
    std::size_t delta = nowhere;
    std::size_t scratch = nowhere;
    std::size_t forward_scratch = nowhere;
    std::size_t kept = nowhere;
    std::size_t added_to[stage::max_sources] = {};  // what earlier stages have contributed to each source
};

template <class Plan, class Scalar>
inline constexpr auto places_of = [] {
    constexpr auto begin = [](std::size_t tensor) {
        return tensor == planned_tensor::fresh ? stage_places::nowhere : Plan::arena.tensors[tensor].offset;
    };
    std::array<stage_places, Plan::stage_count> places{};
    for (std::size_t s = 0; s < Plan::stage_count; ++s) {
        stage_places& own = places[s];
        const stage& here = Plan::stages[s];
        own.a = begin(Plan::arena.a[s]);
        own.z = here.only_function() ? places[here.sources[0]].a : begin(Plan::arena.z[s]);
        own.output = here.is_identity ? own.a : own.z;
        own.delta = begin(Plan::arena.delta[s]);
        own.scratch = begin(Plan::arena.scratch[s]);
        own.forward_scratch = begin(Plan::arena.forward_scratch[s]);
        own.kept = begin(Plan::arena.kept[s]);
        for (std::size_t i = 0; i < here.source_count; ++i) {
            const contribution& to = Plan::arena.contributions[s][i];
            own.added_to[i] = begin(to.from);
            if (to.from != contribution::absent)
                own.added_to[i] += to.from_first * block_lanes<Scalar> * sizeof(Scalar);
        }
    }
    return places;
}();

/// What a pass over a plan works on, all of it the caller's, and where in it each tensor lies.
template <class Plan, class Scalar>
struct pass_memory {
    using planned = Plan;
    using net = typename Plan::net;
    using scalar = Scalar;

    const Scalar* parameters;
    const Scalar* x;  // row-major
    std::size_t rows;
    std::byte* arena;
    coins tossed{};

    // Inlined by force: where s is a constant so are they, and the table stays out of the program.
    ESPALIER_INLINE Scalar* z(std::size_t s) const { return tensor(places_of<Plan, Scalar>[s].z); }
    ESPALIER_INLINE Scalar* a(std::size_t s) const { return tensor(places_of<Plan, Scalar>[s].a); }
    ESPALIER_INLINE Scalar* output(std::size_t s) const { return tensor(places_of<Plan, Scalar>[s].output); }
    ESPALIER_INLINE Scalar* delta(std::size_t s) const { return tensor(places_of<Plan, Scalar>[s].delta); }
    ESPALIER_INLINE Scalar* scratch(std::size_t s) const { return tensor(places_of<Plan, Scalar>[s].scratch); }
    ESPALIER_INLINE Scalar* added_to(std::size_t s, std::size_t source) const {
        return tensor(places_of<Plan, Scalar>[s].added_to[source]);
    }
    ESPALIER_INLINE layer::batch_memory forward_memory(std::size_t s) const {
        const stage_places& places = places_of<Plan, Scalar>[s];
        return {at(places.forward_scratch), at(places.kept)};
    }
    ESPALIER_INLINE layer::batch_memory backward_memory(std::size_t s) const {
        const stage_places& places = places_of<Plan, Scalar>[s];
        return {at(places.scratch), at(places.kept), Plan::duties[s].parameter_gradient};
    }

private:
    ESPALIER_INLINE std::byte* at(std::size_t place) const {
        return place == stage_places::nowhere ? nullptr : arena + place;
    }
    ESPALIER_INLINE Scalar* tensor(std::size_t place) const { return reinterpret_cast<Scalar*>(at(place)); }
};

/// The features of a register of samples. Of what must not be read, there is no memory.
template <class Scalar>
auto features_at(const Scalar* first, std::size_t offset) {
    return layer::features<Scalar>(first == nullptr ? nullptr : first + offset, block_lanes<Scalar>);
}
template <class Scalar>
auto outputs_at(Scalar* first, std::size_t offset) {
    return layer::outputs<Scalar>(first + offset, block_lanes<Scalar>);
}

/// Calls f(offset of the samples in the input, in the output) for each register of samples.
template <class Scalar, std::size_t Inputs, std::size_t Outputs, class Function>
void for_each_vector(std::size_t rows, Function&& f) {
    for (std::size_t vector = 0; vector * simd_width<Scalar> < rows; ++vector)
        f(register_offset<Scalar, Inputs>(vector / 2, 0, vector % 2),
          register_offset<Scalar, Outputs>(vector / 2, 0, vector % 2));
}

}  // namespace espalier::detail
