// SPDX-License-Identifier: MIT
// dlib: a network is a type; its solver for plain descent. The step is what its trainer does, without the trainer's
// thread. The widths of the sweep are left out (a type each would compile for minutes), and so is Adam (its ε is
// fixed).
#include <dlib/dnn.h>

#include <memory>
#include <string>

#include "contender.hpp"

namespace {

using bench::problem, bench::runner, bench::workload;
using input = dlib::input<dlib::matrix<float>>;
template <template <class> class F, int Width, class Before>
using hidden = F<dlib::fc<Width, Before>>;

using a = dlib::loss_multiclass_log<dlib::fc<10, hidden<dlib::relu, 128, input>>>;
using b = dlib::loss_multiclass_log<dlib::fc<10, hidden<dlib::relu, 256, hidden<dlib::relu, 512, input>>>>;
using c = dlib::loss_mean_squared_multioutput<dlib::fc<1, hidden<dlib::htan, 32, hidden<dlib::htan, 32, input>>>>;
template <template <class> class F>
using d = dlib::loss_multiclass_log<dlib::fc<4, hidden<F, 64, hidden<F, 64, hidden<F, 64, input>>>>>;
using control = dlib::loss_mean_squared_multioutput<dlib::fc<8, hidden<dlib::htan, 64, hidden<dlib::htan, 64, input>>>>;
using backgammon = dlib::loss_mean_squared_multioutput<hidden<dlib::sig, 5, hidden<dlib::sig, 128, input>>>;

template <template <class> class F, long Channels, long Kernel, class Before>
using pooled = dlib::max_pool<2, 2, 2, 2, F<dlib::add_layer<dlib::con_<Channels, Kernel, Kernel, 1, 1, 0, 0>, Before>>>;
using lenet_images = pooled<dlib::relu, 16, 5, pooled<dlib::relu, 6, 5, input>>;
using lenet = dlib::loss_multiclass_log<dlib::fc<10, hidden<dlib::relu, 84, hidden<dlib::relu, 120, lenet_images>>>>;

template <class Net>
class network final : public runner {
public:
    network(const workload& of, const problem& data) : of_(of) {
        const auto inputs = static_cast<long>(of.inputs()), outputs = static_cast<long>(of.outputs());
        const long columns = of.is_on_images() ? static_cast<long>(of.width) : 1;
        std::vector<dlib::matrix<float>> samples;
        for (std::size_t row = 0; row < of.batch; ++row) {
            samples.push_back(dlib::mat(data.x.data() + row * of.inputs(), inputs / columns, columns));
            if constexpr (std::is_integral_v<label>)
                labels_.push_back(static_cast<label>(data.labels[row]));
            else if (of.what == bench::task::train)
                labels_.push_back(dlib::mat(data.values.data() + row * of.outputs(), outputs, 1));
        }
        net_.to_tensor(samples.begin(), samples.end(), x_);
        net_.subnet().forward(x_);  // allocates the parameters
        copy<false>(data.parameters);
        // dlib adds up the outputs' squares, and takes half of the gradient of that.
        if (of.cost == bench::loss::mean_squared) scale_ = 2.0 / static_cast<double>(outputs);
    }

    float step() override {
        if (of_.what == bench::task::predict) return *(y_ = &net_.subnet().forward(x_))->host();
        const double loss = net_.compute_parameter_gradients(x_, labels_.begin());
        net_.update_parameters(solvers_, scale_ * static_cast<double>(of_.learning_rate));
        return static_cast<float>(of_.cost == bench::loss::mean_squared ? scale_ / 2 * loss : loss);
    }

    std::vector<float> result() override {
        if (of_.what == bench::task::predict) return {y_->host(), y_->host() + y_->size()};
        std::vector<float> all;
        copy<true>(all);
        return all;
    }

private:
    using label = typename Net::training_label_type;

    /// dlib's tensors are [in + 1][out], the bias last, of a convolution as ours, and are visited from the last layer
    /// to the first.
    template <bool Out, class Flat>
    void copy(Flat& flat) {
        std::vector<dlib::tensor*> tensors;
        dlib::visit_layer_parameters(net_, [&](std::size_t, dlib::tensor& each) {
            if (each.size() > 0) tensors.push_back(&each);
        });
        [[maybe_unused]] std::size_t next = 0;
        const auto move = [&](float& theirs) {
            if constexpr (Out)
                flat.push_back(theirs);
            else
                theirs = flat[next++];
        };
        for (std::size_t l = tensors.size(); l-- > of_.layers();)
            for (float& each : *tensors[l]) move(each);
        for (std::size_t l = 0; l < of_.layers(); ++l) {
            const std::size_t in = of_.widths[l], out = of_.widths[l + 1];
            float* const values = tensors.at(of_.layers() - 1 - l)->host();
            for (std::size_t o = 0; o < out; ++o)
                for (std::size_t i = 0; i < in; ++i) move(values[i * out + o]);
            for (std::size_t o = 0; o < out; ++o) move(values[in * out + o]);
        }
    }

    workload of_;
    Net net_;
    std::vector<label> labels_;
    dlib::resizable_tensor x_;
    const dlib::tensor* y_ = nullptr;
    std::vector<dlib::sgd> solvers_ = std::vector<dlib::sgd>(Net::num_computational_layers, dlib::sgd(0, 0));
    double scale_ = 1;
};

}  // namespace

runner* prepare(const workload& what, const problem& data) {
    const std::string& name = what.name;
    if (name == "mlp-784-128-10-b32-train" || name == "mlp-784-128-10-b128-train" ||
        name == "mlp-784-128-10-relu-predict")
        return new network<a>(what, data);
    if (name == "mlp-784-512-256-10-b128-train") return new network<b>(what, data);
    if (name == "mlp-4-32-32-1-tanh-b64-train") return new network<c>(what, data);
    if (name == "mlp-64x4-4-tanh-b256-train") return new network<d<dlib::htan>>(what, data);
    if (name == "mlp-64x4-4-relu-b256-train") return new network<d<dlib::relu>>(what, data);
    if (name == "mlp-32-64-64-8-tanh-predict") return new network<control>(what, data);
    if (name == "gnubg-250-128-5-sigmoid-predict") return new network<backgammon>(what, data);
    if (name == "lenet5-b32-train" || name == "lenet5-b128-train" || name == "lenet5-predict")
        return new network<lenet>(what, data);
    return nullptr;
}
