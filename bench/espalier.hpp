// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <memory>
#include <span>

#include <espalier/espalier.hpp>

#include "contender.hpp"

namespace bench {

namespace ep = espalier;

template <ep::Network Net>
void copy_in(const problem& data, ep::parameters<Net>& parameters) {
    const float* from = data.parameters.data();
    for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
        const auto& tensor = ep::parameter_tensors<Net, float>[i];
        if (tensor.what.is_state) continue;
        std::copy_n(from, tensor.size, parameters.data() + tensor.offset);
        from += tensor.size;
    }
}

template <ep::Network Net>
std::vector<float> copy_out(const ep::parameters<Net>& parameters) {
    std::vector<float> all;
    for (std::size_t i = 0; i < ep::parameter_tensor_count<Net>; ++i) {
        const auto& tensor = ep::parameter_tensors<Net, float>[i];
        if (tensor.what.is_state) continue;
        all.insert(all.end(), parameters.data() + tensor.offset, parameters.data() + tensor.offset + tensor.size);
    }
    return all;
}

template <ep::Network Net, std::size_t Batch, ep::Loss Loss, ep::Optimizer Rule>
class espalier_training final : public runner {
public:
    espalier_training(const workload& of, const problem& data) : data_(data) {
        rule_.learning_rate = static_cast<double>(of.learning_rate);
        if constexpr (requires { rule_.epsilon; }) rule_.epsilon = static_cast<double>(of.epsilon);
        copy_in(data, parameters_);
    }

    float step() override {
        return ep::train_step(parameters_, std::span(data_.x), targets(), Loss{}, rule_, state_, gradient_, memory_);
    }

    std::vector<float> result() override { return copy_out(parameters_); }

    step_memory memory_used() override { return {ep::plan<Net, Batch>::bytes, gradient_.size() * sizeof(float)}; }

private:
    auto targets() const {
        if constexpr (Loss::takes_labels)
            return std::span(data_.labels);
        else
            return std::span(data_.values);
    }

    const problem& data_;
    Rule rule_;
    ep::parameters<Net> parameters_;
    ep::gradients<Net> gradient_;
    ep::workspace<Net, Batch> memory_;
    ep::optimizer_state<Net, Rule> state_;
};

template <ep::Network Net>
class espalier_prediction final : public runner {
public:
    espalier_prediction(const workload&, const problem& data)
        : predict_(copied(data)), x_(data.x), y_(ep::output_size<Net>) {}

    float step() override {
        predict_(x_.data(), y_.data());
        return y_.front();
    }

    std::vector<float> result() override { return y_; }

private:
    static ep::parameters<Net> copied(const problem& data) {
        ep::parameters<Net> parameters;
        copy_in(data, parameters);
        return parameters;
    }

    ep::predictor<Net> predict_;
    std::vector<float> x_, y_;
};

template <class Runner>
runner* make(const workload& of, const problem& data) {
    return new Runner(of, data);
}

runner* prepare_sweep(const workload& of, const problem& data);

}  // namespace bench
