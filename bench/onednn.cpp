// SPDX-License-Identifier: MIT
// oneDNN: a primitive for each product and each function, created once; weights lie as its forward product wants them
// and are reordered where the backward product wants them otherwise. The loss and the update are loops.
#include <dnnl.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "convolution.hpp"
#include "steps.hpp"

namespace {

using namespace bench;
using dnnl::memory;
using any = memory::format_tag;

memory::dim extent(std::size_t i) { return static_cast<memory::dim>(i); }

memory::desc matrix(std::size_t rows, std::size_t columns, memory::format_tag tag = any::ab) {
    return {{extent(rows), extent(columns)}, memory::data_type::f32, tag};
}

float* floats(const memory& of) { return static_cast<float*>(of.get_data_handle()); }
std::size_t count(const memory& of) { return of.get_desc().get_size() / sizeof(float); }

dnnl::algorithm algorithm(function f) {
    if (f == function::relu) return dnnl::algorithm::eltwise_relu_use_dst_for_bwd;
    if (f == function::tanh) return dnnl::algorithm::eltwise_tanh_use_dst_for_bwd;
    if (f == function::sigmoid) return dnnl::algorithm::eltwise_logistic_use_dst_for_bwd;
    if (f == function::exp) return dnnl::algorithm::eltwise_exp;
    return dnnl::algorithm::eltwise_gelu_erf;
}

class machine {
public:
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};

    memory make(const memory::desc& of) const {
        memory made(of, engine);
        std::fill_n(floats(made), count(made), 0.0f);
        return made;
    }
    void reorder(memory from, memory to) {
        dnnl::reorder(from, to).execute(stream, from, to);
        stream.wait();
    }
};

/// A primitive with what it reads and writes.
struct call {
    dnnl::primitive what;
    std::unordered_map<int, memory> with;
    void operator()(dnnl::stream& on) const { what.execute(on, with); }
};

call reorder_call(const memory& from, const memory& to) {
    return {dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}};
}

/// A network of inner products. f is a post-op: it runs in the product.
class network {
public:
    network(const workload& of, const problem& data, dnnl::prop_kind kind) : of_(of) {
        x_ = on_.make(matrix(of.batch, of.inputs()));
        std::copy(data.x.begin(), data.x.end(), floats(x_));
        const float* from = data.parameters.data();
        memory input = x_;
        for (std::size_t l = 0; l < of.layers(); ++l) {
            const std::size_t in = of.widths[l], out = of.widths[l + 1];
            const memory::desc b({extent(out)}, memory::data_type::f32, any::a);
            const dnnl::inner_product_forward::desc wanted(kind, matrix(of.batch, in), matrix(out, in, any::any), b,
                                                           matrix(of.batch, out));
            dnnl::primitive_attr attributes;
            if (of.is_activated(l)) {
                dnnl::post_ops then;
                then.append_eltwise(1.0f, algorithm(of.f), 0.0f, 0.0f);
                attributes.set_post_ops(then);
            }
            layer at;
            at.product = dnnl::inner_product_forward::primitive_desc(wanted, attributes, on_.engine);
            at.w = on_.make(at.product.weights_desc());
            at.b = on_.make(b);
            at.a = on_.make(matrix(of.batch, out));
            memory plain = on_.make(matrix(out, in));
            std::copy_n(from, out * in, floats(plain));
            std::copy_n(from + out * in, out, floats(at.b));
            from += out * in + out;
            on_.reorder(plain, at.w);
            forward_.push_back(
                {dnnl::inner_product_forward(at.product),
                 {{DNNL_ARG_SRC, input}, {DNNL_ARG_WEIGHTS, at.w}, {DNNL_ARG_BIAS, at.b}, {DNNL_ARG_DST, at.a}}});
            input = at.a;
            layers_.push_back(at);
        }
    }

protected:
    struct layer {
        dnnl::inner_product_forward::primitive_desc product;
        memory w, b, a, delta, w_gradient, b_gradient;  // w_gradient lies as w does
        std::vector<call> backward;
        std::vector<float> w_m, w_v, b_m, b_v;
    };

    workload of_;
    machine on_;
    memory x_;
    std::vector<layer> layers_;
    std::vector<call> forward_;
};

class training final : public runner, network {
public:
    training(const workload& of, const problem& data)
        : network(of, data, dnnl::prop_kind::forward_training), data_(data) {
        for (layer& at : layers_) at.delta = on_.make(at.a.get_desc());
        for (std::size_t l = of.layers(); l-- > 0;) prepare_backward(l);
        const layer& last = layers_.back();
        const dnnl::softmax_forward::primitive_desc softmax(
            dnnl::softmax_forward::desc(dnnl::prop_kind::forward_inference, last.a.get_desc(), 1), on_.engine);
        softmax_ = {dnnl::softmax_forward(softmax), {{DNNL_ARG_SRC, last.a}, {DNNL_ARG_DST, last.delta}}};
    }

    float step() override {
        for (const call& each : forward_) each(on_.stream);
        on_.stream.wait();
        const float loss = loss_and_delta();
        ++steps_;
        for (std::size_t l = layers_.size(); l-- > 0;)
            for (const call& each : layers_[l].backward) each(on_.stream);
        on_.stream.wait();
        for (layer& at : layers_) {
            update(at.w, at.w_gradient, at.w_m, at.w_v);
            update(at.b, at.b_gradient, at.b_m, at.b_v);
        }
        return loss;
    }

    std::vector<float> result() override {
        std::vector<float> all;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const memory plain = on_.make(matrix(of_.widths[l + 1], of_.widths[l]));
            on_.reorder(layers_[l].w, plain);
            all.insert(all.end(), floats(plain), floats(plain) + count(plain));
            all.insert(all.end(), floats(layers_[l].b), floats(layers_[l].b) + count(layers_[l].b));
        }
        return all;
    }

private:
    void prepare_backward(std::size_t l) {
        layer& at = layers_[l];
        const std::size_t in = of_.widths[l], out = of_.widths[l + 1];
        const memory input = l == 0 ? x_ : layers_[l - 1].a;
        const memory::desc x = input.get_desc(), w = matrix(out, in, any::any), b = at.b.get_desc(),
                           y = at.a.get_desc();
        const dnnl::inner_product_backward_weights::primitive_desc weights(
            dnnl::inner_product_backward_weights::desc(x, w, b, y), on_.engine, at.product);
        const memory gradient = on_.make(weights.diff_weights_desc());
        at.b_gradient = on_.make(b);
        at.backward.push_back({dnnl::inner_product_backward_weights(weights),
                               {{DNNL_ARG_SRC, input},
                                {DNNL_ARG_DIFF_DST, at.delta},
                                {DNNL_ARG_DIFF_WEIGHTS, gradient},
                                {DNNL_ARG_DIFF_BIAS, at.b_gradient}}});
        at.w_gradient = gradient;
        if (gradient.get_desc() != at.w.get_desc()) {
            at.w_gradient = on_.make(at.w.get_desc());
            at.backward.push_back(reorder_call(gradient, at.w_gradient));
        }
        if (of_.rule == optimizer::adam) {
            at.w_m.resize(count(at.w));
            at.w_v.resize(count(at.w));
            at.b_m.resize(count(at.b));
            at.b_v.resize(count(at.b));
        }
        if (l == 0) return;

        const dnnl::inner_product_backward_data::primitive_desc data(dnnl::inner_product_backward_data::desc(x, w, y),
                                                                     on_.engine, at.product);
        memory weights_for_data = at.w;
        if (data.weights_desc() != at.w.get_desc()) {
            weights_for_data = on_.make(data.weights_desc());
            at.backward.push_back(reorder_call(at.w, weights_for_data));
        }
        const memory& before = layers_[l - 1].delta;
        at.backward.push_back(
            {dnnl::inner_product_backward_data(data),
             {{DNNL_ARG_DIFF_DST, at.delta}, {DNNL_ARG_WEIGHTS, weights_for_data}, {DNNL_ARG_DIFF_SRC, before}}});
        const dnnl::eltwise_forward::primitive_desc f(
            dnnl::eltwise_forward::desc(dnnl::prop_kind::forward_training, algorithm(of_.f), x, 0.0f, 0.0f),
            on_.engine);
        const dnnl::eltwise_backward::primitive_desc f_backward(
            dnnl::eltwise_backward::desc(algorithm(of_.f), x, x, 0.0f, 0.0f), on_.engine, f);
        at.backward.push_back({dnnl::eltwise_backward(f_backward),
                               {{DNNL_ARG_DST, input}, {DNNL_ARG_DIFF_DST, before}, {DNNL_ARG_DIFF_SRC, before}}});
    }

    float loss_and_delta() {
        const std::size_t outputs = of_.outputs();
        const float* z = floats(layers_.back().a);
        float* delta = floats(layers_.back().delta);
        if (of_.cost == loss::mean_squared) return mean_squared(z, data_.values.data(), delta, of_.batch * outputs);
        const float scale = 1 / static_cast<float>(of_.batch);
        float loss = 0;
        softmax_(on_.stream);
        on_.stream.wait();
        for (std::size_t i = 0; i < of_.batch * outputs; ++i) delta[i] *= scale;
        for (std::size_t row = 0; row < of_.batch; ++row) {
            float& hit = delta[row * outputs + static_cast<std::size_t>(data_.labels[row])];
            loss -= std::log(hit / scale);
            hit -= scale;
        }
        return loss * scale;
    }

    void update(const memory& parameters, const memory& gradient, std::vector<float>& m, std::vector<float>& v) const {
        const std::size_t size = count(parameters);
        if (of_.rule == optimizer::sgd) return descend(floats(parameters), floats(gradient), size, of_.learning_rate);
        float* const __restrict p = floats(parameters);
        const float* const __restrict g = floats(gradient);
        constexpr float beta1 = 0.9f, beta2 = 0.999f;
        const float rate = of_.learning_rate / (1 - std::pow(beta1, steps_));
        const float unbias = 1 / std::sqrt(1 - std::pow(beta2, steps_));
        float* const __restrict mean = m.data();
        float* const __restrict square = v.data();
        for (std::size_t i = 0; i < size; ++i) {
            mean[i] = beta1 * mean[i] + (1 - beta1) * g[i];
            square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
            p[i] -= rate * mean[i] / (std::sqrt(square[i]) * unbias + of_.epsilon);
        }
    }

    const problem& data_;
    call softmax_;
    float steps_ = 0;
};

class prediction final : public runner, network {
public:
    prediction(const workload& of, const problem& data) : network(of, data, dnnl::prop_kind::forward_inference) {}

    float step() override {
        for (const call& each : forward_) each(on_.stream);
        on_.stream.wait();
        return *floats(layers_.back().a);
    }

    std::vector<float> result() override {
        const memory& y = layers_.back().a;
        return {floats(y), floats(y) + count(y)};
    }
};

class elements final : public runner {
public:
    elements(const workload& of, const problem& data) {
        const memory::desc all({extent(of.batch)}, memory::data_type::f32, any::a);
        x_ = on_.make(all);
        y_ = on_.make(all);
        std::copy(data.x.begin(), data.x.end(), floats(x_));
        const dnnl::eltwise_forward::primitive_desc f(
            dnnl::eltwise_forward::desc(dnnl::prop_kind::forward_inference, algorithm(of.f), all, 0.0f, 0.0f),
            on_.engine);
        f_ = {dnnl::eltwise_forward(f), {{DNNL_ARG_SRC, x_}, {DNNL_ARG_DST, y_}}};
    }

    float step() override {
        f_(on_.stream);
        on_.stream.wait();
        return *floats(y_);
    }

    std::vector<float> result() override { return {floats(y_), floats(y_) + count(y_)}; }

private:
    machine on_;
    memory x_, y_;
    call f_;
};

}  // namespace

runner* prepare(const workload& what, const problem& data) {
    if (what.is_on_images()) return bench::prepare_convolution(what, data);
    if (what.what == task::train) return new training(what, data);
    if (what.what == task::predict) return new prediction(what, data);
    return new elements(what, data);
}
