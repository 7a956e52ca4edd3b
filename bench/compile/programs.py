# SPDX-License-Identifier: MIT
"""The programs whose compilation is measured, as text."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]

YARDSTICK = "#include <iostream>\n\nint main() {}\n"

HEADER = "#include <espalier/espalier.hpp>\n\nint main() {}\n"

DECLARED = """#include <espalier/declare.hpp>

namespace ep = espalier;

constexpr auto net = %s;
using net_type = ep::network_t<net>;
using compiled = ep::compiled<net_type, ep::losses::softmax_cross_entropy, 64, ep::adam>;

ESPALIER_DECLARE(net_type, ep::losses::softmax_cross_entropy, 64, ep::adam);

ep::history train(ep::parameters<net_type>& parameters, std::span<const float> x, std::span<const std::int32_t> y) {
    return compiled::fit(parameters, x, y, ep::adam{}, {.epochs = 10});
}
"""

PLANNING = """#include <espalier/plan/plan.hpp>
#include <espalier/topology/words.hpp>

int main() {}
"""

TRAINING = """#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = %s;
using net_type = ep::network_t<net>;

ep::history train(ep::parameters<net_type>& parameters, const ep::classification_set<float>& set) {
    const ep::trainer trainer{net, ep::softmax_cross_entropy, ep::adam{}, ep::batch<64>};
    return trainer.fit(parameters, set, {.epochs = 10});
}
"""

INFERENCE = """#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = %s;
using net_type = ep::network_t<net>;

void predict(const ep::parameters<net_type>& parameters, const float* x, float* y) {
    const auto scores = ep::predict(parameters, std::span(x, ep::input_size<net_type>));
    std::copy(scores.begin(), scores.end(), y);
}
xt::xtensor<float, 2> predict(const ep::parameters<net_type>& parameters, const xt::xtensor<float, 2>& x) {
    return ep::predict(parameters, x);
}
"""

LENET = """ep::input<1, 28, 28>
    >> ep::conv2d<6, 5> >> ep::relu >> ep::max_pool<2> >> ep::conv2d<16, 5> >> ep::relu >> ep::max_pool<2>
    >> ep::flatten >> ep::dense<120> >> ep::relu >> ep::dense<84> >> ep::relu >> ep::dense<10>"""

DLIB = """#include <dlib/dnn.h>

using namespace dlib;

%s
void train(net_type& net, const std::vector<%s>& samples, const std::vector<unsigned long>& labels) {
    dnn_trainer<net_type, adam> trainer(net);
    trainer.set_mini_batch_size(64);
    trainer.train(samples, labels);
}
"""

DLIB_LENET = DLIB % (
    """using net_type = loss_multiclass_log<fc<10, relu<fc<84, relu<fc<120, max_pool<2, 2, 2, 2,
    relu<con<16, 5, 5, 1, 1, max_pool<2, 2, 2, 2, relu<con<6, 5, 5, 1, 1, input<matrix<unsigned char>>>>>>>>>>>>>>;
""",
    "matrix<unsigned char>",
)

DLIB_STACK = DLIB % (
    """template <typename Below>
using pair_of_layers = relu<fc<64, Below>>;
using net_type = loss_multiclass_log<fc<10, repeat<63, pair_of_layers, pair_of_layers<input<matrix<float>>>>>>;
""",
    "matrix<float>",
)


def mlp(layers, width_of):
    """`layers` dense layers: hidden ones of width_of(index) with relu behind them, then 10 outputs."""
    hidden = [f"ep::dense<{width_of(i)}> >> ep::relu" for i in range(layers - 1)]
    return "\n    >> ".join(["ep::input<64>", *hidden, "ep::dense<10>"])


def resnet(layers):
    """He et al. 2015, section 4.2: 6 n + 2 weighted layers on images of 32 x 32."""
    blocks = (layers - 2) // 6
    norm = "ep::batch_norm<>"

    def convolution(channels, stride):
        return f"ep::conv2d<{channels}, 3, ep::stride<{stride}>, ep::same> >> {norm}"

    def block(channels, stride):
        body = f"{convolution(channels, stride)} >> ep::relu >> {convolution(channels, 1)}"
        if stride == 1:
            return f"ep::residual({body}) >> ep::relu"
        shortcut = f"ep::conv2d<{channels}, 1, ep::stride<{stride}>> >> {norm}"
        return f"ep::residual({body}, {shortcut}) >> ep::relu"

    parts = ["ep::input<3, 32, 32>", f"{convolution(16, 1)} >> ep::relu"]
    for channels in (16, 32, 64):
        parts += [block(channels, 2 if channels > 16 and i == 0 else 1) for i in range(blocks)]
    return "\n    >> ".join([*parts, "ep::global_average_pool", "ep::flatten", "ep::dense<10>"])


def programs():
    quickstart = (ROOT / "examples/quickstart.cpp").read_text()
    found = [
        ("yardstick: iostream", YARDSTICK),
        ("headers: topology and plan", PLANNING),
        ("headers: espalier.hpp", HEADER),
        ("quickstart", quickstart),
        ("mlp 8 equal training, declared", DECLARED % mlp(8, lambda _: 64)),
    ]
    for kind, width_of in (("equal", lambda i: 64), ("different", lambda i: 33 + i)):
        for layers in (8, 16, 32, 64, 128):
            found.append((f"mlp {layers} {kind} training", TRAINING % mlp(layers, width_of)))
            found.append((f"mlp {layers} {kind} inference", INFERENCE % mlp(layers, width_of)))
    found.append(("lenet training", TRAINING % LENET))
    found.append(("lenet inference", INFERENCE % LENET))
    for layers in (20, 56):
        found.append((f"resnet {layers} training", TRAINING % resnet(layers)))
    found.append(("dlib: lenet training", DLIB_LENET))
    found.append(("dlib: 64 fc and relu training", DLIB_STACK))
    return found
