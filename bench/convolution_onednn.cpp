// SPDX-License-Identifier: MIT
// oneDNN on images: every tensor lies as its primitive wants it, reorders where two want it differently; relu is a
// post-op of the product before it. The loss and the update are loops over plain memory.
#include <dnnl.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "convolution.hpp"
#include "steps.hpp"

namespace bench {
namespace {

using dnnl::memory;
using dnnl::prop_kind;
using tag = memory::format_tag;

memory::desc shaped(const memory::dims& dims, tag format = tag::any) { return {dims, memory::data_type::f32, format}; }
tag plain_of(const memory::desc& of) {
    return of.dims().size() == 4 ? tag::abcd : of.dims().size() == 2 ? tag::ab : tag::a;
}
float* floats(const memory& of) { return static_cast<float*>(of.get_data_handle()); }
std::size_t count(const memory& of) { return of.get_desc().get_size() / sizeof(float); }

class network final : public runner {
    struct call {
        dnnl::primitive what;
        std::unordered_map<int, memory> with;
    };
    /// A product with relu behind it or not, or a pool.
    struct layer {
        memory x, y, w, b, w_gradient, b_gradient;
        bool is_activated = false, is_pool = false;
        std::size_t pool = 0, pad_h = 0, pad_w = 0;
        dnnl::convolution_forward::primitive_desc convolution;
        dnnl::inner_product_forward::primitive_desc product;
        dnnl::pooling_forward::primitive_desc pooling;
        memory workspace;
    };

public:
    network(const workload& of, const problem& data) : of_(of), data_(data) {
        const bool trains = of.what == task::train;
        const auto dim = [](std::size_t i) { return static_cast<memory::dim>(i); };
        memory x = make(shaped({dim(of.batch), dim(of.channels), dim(of.height), dim(of.width)}, tag::abcd));
        std::copy(data.x.begin(), data.x.end(), floats(x));
        const float* from = data.parameters.data();
        for (std::size_t l = 0; l < of.convolutions.size(); ++l) {
            const convolution& each = of.convolutions[l];
            const std::size_t k_h = of.height == 1 ? 1 : each.kernel;
            layer at;
            at.pad_h = of.height == 1 ? 0 : each.pad;
            at.pad_w = each.pad;
            at.is_activated = of.is_activated_convolution(l);
            const memory::dims in = x.get_desc().dims();
            const memory::dims out = {in[0], dim(each.channels), in[2] + 2 * dim(at.pad_h) - dim(k_h) + 1,
                                      in[3] + 2 * dim(at.pad_w) - dim(each.kernel) + 1};
            const memory::dims w = {out[1], in[1], dim(k_h), dim(each.kernel)}, pad = {dim(at.pad_h), dim(at.pad_w)};
            at.convolution = {{trains ? prop_kind::forward_training : prop_kind::forward_inference,
                               dnnl::algorithm::convolution_direct, shaped(in), shaped(w), shaped({out[1]}, tag::a),
                               shaped(out), memory::dims{1, 1}, pad, pad},
                              relu_if(at.is_activated),
                              engine_};
            add_product(at, at.convolution, dnnl::convolution_forward(at.convolution), x, w, from);
            if (each.pool == 0) continue;
            layer pooled;
            pooled.is_pool = true;
            pooled.pool = each.pool;
            const memory::dims size = {dim(each.pool), dim(each.pool)};
            const memory::desc to = shaped({out[0], out[1], out[2] / size[0], out[3] / size[0]});
            pooled.pooling = {{trains ? prop_kind::forward_training : prop_kind::forward_inference,
                               dnnl::algorithm::pooling_max,
                               x.get_desc(),
                               to,
                               size,
                               size,
                               {0, 0},
                               {0, 0}},
                              engine_};
            pooled.x = x;
            pooled.y = x = make(pooled.pooling.dst_desc());
            call run{dnnl::pooling_forward(pooled.pooling), {{DNNL_ARG_SRC, pooled.x}, {DNNL_ARG_DST, pooled.y}}};
            if (trains) {
                pooled.workspace = memory(pooled.pooling.workspace_desc(), engine_);
                run.with.insert({DNNL_ARG_WORKSPACE, pooled.workspace});
            }
            forward_.push_back(run);
            layers_.push_back(pooled);
        }
        for (std::size_t l = 0; l < of.layers(); ++l) {
            layer at;
            at.is_activated = of.is_activated(l);
            const memory::dims in = x.get_desc().dims();
            memory::dims w = in;
            w[0] = dim(of.widths[l + 1]);
            at.product = {{trains ? prop_kind::forward_training : prop_kind::forward_inference, shaped(in), shaped(w),
                           shaped({w[0]}, tag::a), shaped({in[0], w[0]})},
                          relu_if(at.is_activated),
                          engine_};
            add_product(at, at.product, dnnl::inner_product_forward(at.product), x, w, from);
        }
        y_ = as(x, shaped(x.get_desc().dims(), plain_of(x.get_desc())), forward_);
        if (trains) prepare_backward();
    }

    float step() override {
        run(forward_);
        if (of_.what != task::train) return *floats(y_);
        const float loss = loss_and_delta();
        run(backward_);
        for (const layer& at : layers_) {
            if (at.is_pool) continue;
            update(at.w, at.w_gradient);
            update(at.b, at.b_gradient);
        }
        return loss;
    }

    std::vector<float> result() override {
        if (of_.what != task::train) return {floats(y_), floats(y_) + count(y_)};
        std::vector<float> all;
        for (const layer& at : layers_) {
            if (at.is_pool) continue;
            std::vector<call> reorders;
            const memory w = as(at.w, shaped(at.w.get_desc().dims(), plain_of(at.w.get_desc())), reorders);
            run(reorders);
            all.insert(all.end(), floats(w), floats(w) + count(w));
            all.insert(all.end(), floats(at.b), floats(at.b) + count(at.b));
        }
        return all;
    }

private:
    memory make(const memory::desc& of) const {
        memory made(of, engine_);
        std::fill_n(floats(made), count(made), 0.0f);
        return made;
    }
    void run(const std::vector<call>& calls) {
        for (const call& each : calls) each.what.execute(stream_, each.with);
        stream_.wait();
    }
    /// The same numbers laid out as wanted, by a reorder in `calls` where they are not.
    memory as(const memory& from, const memory::desc& wanted, std::vector<call>& calls) const {
        if (from.get_desc() == wanted) return from;
        const memory to = make(wanted);
        calls.push_back({dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}});
        return to;
    }
    static dnnl::primitive_attr relu_if(bool is_activated) {
        dnnl::primitive_attr attributes;
        dnnl::post_ops then;
        if (is_activated) then.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
        attributes.set_post_ops(then);
        return attributes;
    }

    template <class Description>
    void add_product(layer& at, const Description& description, const dnnl::primitive& product, memory& x,
                     const memory::dims& w, const float*& from) {
        const memory plain = make(shaped(w, w.size() == 4 ? tag::abcd : tag::ab));
        std::copy_n(from, count(plain), floats(plain));
        from += count(plain);
        std::vector<call> reorders;
        at.w = as(plain, description.weights_desc(), reorders);
        run(reorders);
        at.b = make(shaped({w[0]}, tag::a));
        std::copy_n(from, count(at.b), floats(at.b));
        from += count(at.b);
        at.x = as(x, description.src_desc(), forward_);
        at.y = x = make(description.dst_desc());
        forward_.push_back(
            {product, {{DNNL_ARG_SRC, at.x}, {DNNL_ARG_WEIGHTS, at.w}, {DNNL_ARG_BIAS, at.b}, {DNNL_ARG_DST, at.y}}});
        layers_.push_back(at);
    }

    void prepare_backward() {
        delta_ = make(y_.get_desc());
        memory delta = delta_;
        for (std::size_t l = layers_.size(); l-- > 0;) {
            layer& at = layers_[l];
            const bool needs_input_gradient = l > 0;
            if (at.is_pool) {
                delta = as(delta, at.y.get_desc(), backward_);
                const memory::dims size = {static_cast<memory::dim>(at.pool), static_cast<memory::dim>(at.pool)};
                const dnnl::pooling_backward::primitive_desc description(
                    {dnnl::algorithm::pooling_max, at.x.get_desc(), at.y.get_desc(), size, size, {0, 0}, {0, 0}},
                    engine_, at.pooling);
                const memory before = make(at.x.get_desc());
                backward_.push_back(
                    {dnnl::pooling_backward(description),
                     {{DNNL_ARG_DIFF_DST, delta}, {DNNL_ARG_WORKSPACE, at.workspace}, {DNNL_ARG_DIFF_SRC, before}}});
                delta = before;
                continue;
            }
            if (at.is_activated) {
                delta = as(delta, at.y.get_desc(), backward_);
                const auto relu = dnnl::algorithm::eltwise_relu_use_dst_for_bwd;
                const memory::desc y = at.y.get_desc();
                const dnnl::eltwise_forward::primitive_desc hint({prop_kind::forward_training, relu, y, 0.0f, 0.0f},
                                                                 engine_);
                const dnnl::eltwise_backward::primitive_desc description({relu, y, y, 0.0f, 0.0f}, engine_, hint);
                backward_.push_back({dnnl::eltwise_backward(description),
                                     {{DNNL_ARG_DST, at.y}, {DNNL_ARG_DIFF_DST, delta}, {DNNL_ARG_DIFF_SRC, delta}}});
            }
            at.b_gradient = make(at.b.get_desc());
            const memory::desc x = shaped(at.x.get_desc().dims()), w = shaped(at.w.get_desc().dims()),
                               b = at.b.get_desc(), y = shaped(at.y.get_desc().dims());
            if (at.convolution) {
                const memory::dims pad = {static_cast<memory::dim>(at.pad_h), static_cast<memory::dim>(at.pad_w)};
                const auto direct = dnnl::algorithm::convolution_direct;
                const dnnl::convolution_backward_weights::primitive_desc weights(
                    {direct, x, w, b, y, memory::dims{1, 1}, pad, pad}, engine_, at.convolution);
                add_weight_gradient(at, weights, dnnl::convolution_backward_weights(weights), delta);
                if (!needs_input_gradient) continue;
                const dnnl::convolution_backward_data::primitive_desc data(
                    {direct, x, w, y, memory::dims{1, 1}, pad, pad}, engine_, at.convolution);
                delta = add_input_gradient(at, data, dnnl::convolution_backward_data(data), delta);
            } else {
                const dnnl::inner_product_backward_weights::primitive_desc weights({x, w, b, y}, engine_, at.product);
                add_weight_gradient(at, weights, dnnl::inner_product_backward_weights(weights), delta);
                if (!needs_input_gradient) continue;
                const dnnl::inner_product_backward_data::primitive_desc data({x, w, y}, engine_, at.product);
                delta = add_input_gradient(at, data, dnnl::inner_product_backward_data(data), delta);
            }
        }
    }

    template <class Description>
    void add_weight_gradient(layer& at, const Description& description, const dnnl::primitive& product,
                             const memory& delta) {
        const memory gradient = make(description.diff_weights_desc());
        const memory x = as(at.x, description.src_desc(), backward_);
        const memory arriving = as(delta, description.diff_dst_desc(), backward_);
        backward_.push_back({product,
                             {{DNNL_ARG_SRC, x},
                              {DNNL_ARG_DIFF_DST, arriving},
                              {DNNL_ARG_DIFF_WEIGHTS, gradient},
                              {DNNL_ARG_DIFF_BIAS, at.b_gradient}}});
        at.w_gradient = as(gradient, at.w.get_desc(), backward_);
    }
    template <class Description>
    memory add_input_gradient(const layer& at, const Description& description, const dnnl::primitive& product,
                              const memory& delta) {
        const memory w = as(at.w, description.weights_desc(), backward_);
        const memory arriving = as(delta, description.diff_dst_desc(), backward_);
        const memory before = make(description.diff_src_desc());
        backward_.push_back(
            {product, {{DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DIFF_DST, arriving}, {DNNL_ARG_DIFF_SRC, before}}});
        return before;
    }

    float loss_and_delta() {
        const std::size_t size = count(y_), outputs = size / of_.batch;
        const float* const z = floats(y_);
        float* const delta = floats(delta_);
        if (of_.cost == loss::mean_squared) return mean_squared(z, data_.values.data(), delta, size);
        const float scale = 1 / static_cast<float>(of_.batch);
        float sum = 0;
        for (std::size_t row = 0; row < of_.batch; ++row) {
            const float* const from = z + row * outputs;
            float* const to = delta + row * outputs;
            const float largest = *std::max_element(from, from + outputs);
            float total = 0;
            for (std::size_t i = 0; i < outputs; ++i) total += to[i] = std::exp(from[i] - largest);
            for (std::size_t i = 0; i < outputs; ++i) to[i] *= scale / total;
            const auto label = static_cast<std::size_t>(data_.labels[row]);
            sum -= from[label] - largest - std::log(total);
            to[label] -= scale;
        }
        return sum * scale;
    }

    void update(const memory& parameters, const memory& gradient) const {
        descend(floats(parameters), floats(gradient), count(parameters), of_.learning_rate);
    }

    workload of_;
    const problem& data_;
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    std::vector<layer> layers_;
    std::vector<call> forward_, backward_;
    memory y_, delta_;
};

}  // namespace

runner* prepare_convolution(const workload& of, const problem& data) {
    if (!of.residual_channels.empty()) return nullptr;
    return new network(of, data);
}

}  // namespace bench
