// SPDX-License-Identifier: MIT
// expect: fit takes (parameters, data set, {.epochs = …})
// expect: a_tensor_of<float>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

constexpr ep::trainer trainer{net, ep::mse, ep::adam{}, ep::batch<8>};
void use(ep::parameters<Net>& parameters, const ep::regression_set<float>& set, const xt::xtensor<float, 2>& x,
         const xt::xtensor<float, 2>& y) {
#ifdef WRONG
    trainer.fit(parameters, x, y, {.epochs = 3});
#else
    trainer.fit(parameters, ep::dataset{x, y}, {.epochs = 3});
#endif
}
