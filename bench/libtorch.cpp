// SPDX-License-Identifier: MIT
// LibTorch as its users write it: a Sequential, autograd, its optimizers; predictions in inference mode.
#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <optional>

#include "convolution.hpp"

namespace {

using namespace bench;

std::int64_t extent(std::size_t i) { return static_cast<std::int64_t>(i); }

torch::Tensor tensor(const float* from, std::int64_t rows, std::int64_t columns) {
    return torch::from_blob(const_cast<float*>(from), {rows, columns}).clone();
}

std::vector<float> values(const torch::Tensor& of) {
    const float* const first = of.data_ptr<float>();
    return {first, first + of.numel()};
}

torch::nn::Sequential network(const workload& of, const problem& data) {
    torch::nn::Sequential made;
    const float* from = data.parameters.data();
    for (std::size_t l = 0; l < of.layers(); ++l) {
        const std::int64_t in = extent(of.widths[l]), out = extent(of.widths[l + 1]);
        torch::nn::Linear linear(in, out);
        {
            const torch::NoGradGuard no_gradient;
            linear->weight.copy_(tensor(from, out, in));
            linear->bias.copy_(tensor(from + out * in, 1, out).flatten());
        }
        from += out * in + out;
        made->push_back(linear);
        if (!of.is_activated(l)) continue;
        if (of.f == function::relu) made->push_back(torch::nn::ReLU(torch::nn::ReLUOptions(true)));  // in place
        if (of.f == function::tanh) made->push_back(torch::nn::Tanh());
        if (of.f == function::sigmoid) made->push_back(torch::nn::Sigmoid());
    }
    return made;
}

class training final : public runner {
public:
    training(const workload& of, const problem& data)
        : cost_(of.cost),
          network_(network(of, data)),
          x_(tensor(data.x.data(), extent(of.batch), extent(of.inputs()))) {
        const torch::TensorOptions labels = torch::dtype(torch::kInt32);
        if (cost_ == loss::cross_entropy)
            y_ = torch::from_blob(const_cast<std::int32_t*>(data.labels.data()), {extent(of.batch)}, labels)
                     .to(torch::kInt64);
        else
            y_ = tensor(data.values.data(), extent(of.batch), extent(of.outputs()));
        parameters_ = network_->parameters();
        const auto rate = static_cast<double>(of.learning_rate);
        if (of.rule == optimizer::sgd)
            rule_ = std::make_unique<torch::optim::SGD>(network_->parameters(), torch::optim::SGDOptions(rate));
        else
            rule_ = std::make_unique<torch::optim::Adam>(
                network_->parameters(), torch::optim::AdamOptions(rate).eps(static_cast<double>(of.epsilon)));
    }

    float step() override {
        for (torch::Tensor& each : parameters_) each.mutable_grad().reset();  // zero_grad would fill it with zeros
        const torch::Tensor y = network_->forward(x_);
        const torch::Tensor loss = cost_ == loss::cross_entropy ? torch::nn::functional::cross_entropy(y, y_)
                                                                : torch::nn::functional::mse_loss(y, y_);
        loss.backward();
        rule_->step();
        return loss.item<float>();
    }

    std::vector<float> result() override {
        std::vector<float> all;
        for (const torch::Tensor& each : network_->parameters()) {
            const std::vector<float> these = values(each);
            all.insert(all.end(), these.begin(), these.end());
        }
        return all;
    }

private:
    loss cost_;
    torch::nn::Sequential network_;
    torch::Tensor x_, y_;
    std::vector<torch::Tensor> parameters_;
    std::unique_ptr<torch::optim::Optimizer> rule_;
};

class prediction final : public runner {
public:
    prediction(const workload& of, const problem& data)
        : network_(network(of, data)), x_(tensor(data.x.data(), 1, extent(of.inputs()))) {
        network_->eval();
    }

    float step() override {
        const c10::InferenceMode inference;
        y_ = network_->forward(x_);
        return *y_.data_ptr<float>();
    }

    std::vector<float> result() override { return values(y_); }

private:
    torch::nn::Sequential network_;
    torch::Tensor x_, y_;
};

class elements final : public runner {
public:
    elements(const workload& of, const problem& data)
        : f_(of.f), x_(tensor(data.x.data(), 1, extent(of.batch))), y_(torch::zeros_like(x_)) {}

    float step() override {
        const c10::InferenceMode inference;
        if (f_ == function::tanh) torch::tanh_out(y_, x_);
        if (f_ == function::exp) torch::exp_out(y_, x_);
        if (f_ == function::sigmoid) torch::sigmoid_out(y_, x_);
        if (f_ == function::gelu) torch::gelu_out(y_, x_);
        return *y_.data_ptr<float>();
    }

    std::vector<float> result() override { return values(y_); }

private:
    function f_;
    torch::Tensor x_, y_;
};

}  // namespace

runner* prepare(const workload& what, const problem& data) {
    at::set_num_threads(1);
    if (what.is_on_images()) return bench::prepare_convolution(what, data);
    if (what.what == task::train) return new training(what, data);
    if (what.what == task::predict) return new prediction(what, data);
    return new elements(what, data);
}
