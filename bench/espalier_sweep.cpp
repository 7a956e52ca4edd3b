// SPDX-License-Identifier: MIT
// This library: the widths of the sweep.
#include "espalier.hpp"
#include "workloads.hpp"

namespace bench {
namespace {

template <std::size_t W>
constexpr auto net = ep::input<W> >> ep::repeat<2>(ep::dense<W> >> ep::relu) >> ep::dense<W>;
template <std::size_t W>
using training_of = espalier_training<ep::network_t<net<W>>, 64, ep::losses::mse, ep::sgd>;

}  // namespace

runner* prepare_sweep(const workload& of, const problem& data) {
    runner* made = nullptr;
    ep::unroll<std::size(sweep_widths)>([&](auto i) {
        constexpr std::size_t width = sweep_widths[i];
        if (of.name == "sweep-" + std::to_string(width) + "x" + std::to_string(width) + "-b64-train")
            made = make<training_of<width>>(of, data);
    });
    return made;
}

}  // namespace bench
