// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What is measured, and the interface behind which each library does it. A contender is a shared module with one
/// exported function, so that no library's symbols or macros meet another's, and one that is not installed is left out.
namespace bench {

/// stream: a prediction that is given one time step at a time, and keeps what the next ones need.
enum class task { train, predict, stream, elementwise };
enum class function { relu, tanh, sigmoid, exp, gelu };
enum class loss { cross_entropy, mean_squared };
enum class optimizer { sgd, adam };

/// A convolution with stride 1 of [channels][height][width], or of a signal if the height is 1; then relu, and a max
/// pool of `pool` by `pool` if that is not 0. Two of a kind in a row, without dense layers: no relu after the last.
struct convolution {
    std::size_t channels, kernel, pad, pool;
};

/// One line of the benchmark. A training step is forward, loss, backward and the update, on the same batch each time.
struct workload {
    std::string name;
    task what = task::train;
    std::vector<std::size_t> widths;                  ///< of a network's dense layers, their input's first
    std::size_t channels = 0, height = 0, width = 0;  ///< of the image, if the network begins with convolutions
    std::vector<convolution> convolutions{};
    std::vector<std::size_t> residual_channels{};  ///< of a residual network's stages, see workloads.hpp
    function f = function::relu;      ///< after every layer but the last; of an elementwise workload, the function
    bool activated_output = false;    ///< f after the last layer too
    loss cost = loss::cross_entropy;  ///< the mean over the rows; mean_squared: over the outputs too
    optimizer rule = optimizer::sgd;  ///< sgd is plain; adam has PyTorch's β, and ε as below
    std::size_t batch = 1;            ///< rows; of an elementwise workload, elements
    float learning_rate = 1e-5f;      ///< small: the numbers stay ordinary ones however often a step is repeated
    float epsilon = 1e-8f;

    std::size_t layers() const { return widths.size() - 1; }
    bool is_on_images() const { return channels > 0; }
    std::size_t inputs() const { return is_on_images() ? channels * height * width : widths.front(); }
    std::size_t outputs() const { return widths.back(); }
    bool is_activated_convolution(std::size_t at) const { return layers() > 0 || at + 1 < convolutions.size(); }
    bool is_activated(std::size_t layer) const { return activated_output || layer + 1 < layers(); }
};

/// The same data for all contenders.
struct problem {
    std::vector<float> x;              ///< [batch][inputs]
    std::vector<std::int32_t> labels;  ///< [batch], for cross_entropy
    std::vector<float> values;         ///< [batch][outputs], for mean_squared
    std::vector<float> parameters;     ///< layer by layer W [out][in] or [out][in][kernel][kernel], b [out]
};

/// Bytes that a training step takes besides x, y and the parameters; 0: not known.
struct step_memory {
    std::size_t kept = 0;  ///< this library: the arena, with all that is computed; LibTorch: tensors saved for backward
    std::size_t gradients = 0;
};

/// A workload prepared by a contender: all memory allocated, all primitives created.
class runner {
public:
    virtual ~runner() = default;
    runner() = default;
    runner(const runner&) = delete;
    runner& operator=(const runner&) = delete;

    /// One training step → its loss; one prediction, time step or pass over the elements → the first number of the
    /// result.
    virtual float step() = 0;

    /// The parameters, laid out as in `problem`; the prediction; the elements.
    virtual std::vector<float> result() = 0;

    virtual step_memory memory_used() { return {}; }
};

}  // namespace bench

/// Each module defines it. Null: this contender does not do this workload. The data outlive the runner.
extern "C" [[gnu::visibility("default")]] bench::runner* prepare(const bench::workload& what,
                                                                 const bench::problem& data);
