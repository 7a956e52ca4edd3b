// SPDX-License-Identifier: MIT
// A user's functions for any network deduce it from their arguments; g++ 12 has been seen to fail at mangling their
// names when a default argument is a call.
#include <espalier/plan/plan.hpp>
#include <espalier/run/predictor.hpp>
#include <espalier/run/stream.hpp>
#include <espalier/run/workspace.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/training_state.hpp>

#include <doctest/doctest.h>

namespace ep = espalier;

namespace {

template <ep::Network Net>
std::size_t count(const ep::parameters<Net>& parameters, const ep::gradients<Net>& gradients) {
    static_assert(ep::parameter_size<Net, float> > ep::output_size<Net>);
    return parameters.size() + gradients.size();
}
template <ep::Network Net, std::size_t Batch>
std::size_t rows(const ep::workspace<Net, Batch>&, const ep::inference_workspace<Net, Batch>&, ep::plan<Net, Batch>) {
    return Batch;
}
template <ep::Network Net>
std::size_t outputs(const ep::predictor<Net>&, const ep::stream<Net>&) {
    return ep::output_size<Net>;
}
template <ep::Network Net, class Rule>
std::size_t steps(const ep::optimizer_state<Net, Rule>& optimizer, const ep::training_state<Net, Rule>&) {
    return optimizer.steps();
}

constexpr auto signal = ep::input<1, 5> >> ep::conv1d<3, 3>;
using Signal = ep::network_t<signal>;

}  // namespace

TEST_CASE("networks are deduced") {
    const ep::parameters<Signal> parameters;
    CHECK(count(parameters, ep::gradients<Signal>()) == 2 * parameters.size());
    CHECK(rows(ep::workspace<Signal, 4>(), ep::inference_workspace<Signal, 4>(), ep::plan<Signal, 4>{}) == 4);
    CHECK(outputs(ep::predictor<Signal>(parameters), ep::stream<Signal>(parameters)) == 9);
    CHECK(steps(ep::optimizer_state<Signal, ep::adam>(), ep::training_state<Signal, ep::adam>()) == 0);
}
