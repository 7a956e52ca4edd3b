// SPDX-License-Identifier: MIT
// Eigen, as one would write a network with it by hand; with EIGEN_USE_BLAS its products are OpenBLAS's. Samples are
// columns, everything is preallocated, and the plain update goes into the product of the weight gradient.
#define EIGEN_STACK_ALLOCATION_LIMIT (1 << 20)  // or 784 x 128 may not be of fixed size
#include <Eigen/Core>
#include <unsupported/Eigen/SpecialFunctions>

#include <tuple>
#include <utility>

#include "contender.hpp"

namespace {

using namespace bench;
using Eigen::Index;
using Matrix = Eigen::MatrixXf;
using Vector = Eigen::VectorXf;
using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Index index(std::size_t i) { return static_cast<Index>(i); }

/// Calls use(an array's f), so that the loop over the array is one fused pass.
template <class Array, class Use>
void with_function(function f, const Array& z, Use use) {
    if (f == function::relu) use(z.max(0.0f));
    if (f == function::tanh) use(z.tanh());
    if (f == function::sigmoid) use(z.logistic());
    if (f == function::exp) use(z.exp());
    if (f == function::gelu) use(0.5f * z * (1.0f + (z * 0.70710678f).erf()));
}

struct adam_slots {
    Matrix m, v;
};

class training final : public runner {
public:
    training(const workload& of, const problem& data) : of_(of), labels_(data.labels), layers_(of.layers()) {
        const Index batch = index(of.batch);
        x_ = Eigen::Map<const Matrix>(data.x.data(), index(of.inputs()), batch);
        if (of.cost == loss::mean_squared)
            values_ = Eigen::Map<const Matrix>(data.values.data(), index(of.outputs()), batch);
        const float* from = data.parameters.data();
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const Index in = index(of.widths[l]), out = index(of.widths[l + 1]);
            layer& at = layers_[l];
            at.w = Eigen::Map<const RowMajor>(from, out, in);
            at.b = Eigen::Map<const Vector>(from + out * in, out);
            from += out * in + out;
            at.a.setZero(out, batch);
            at.delta.setZero(out, batch);
            if (of.rule != optimizer::adam) continue;
            at.w_gradient.setZero(out, in);
            at.b_gradient.setZero(out);
            at.w_slots = {Matrix::Zero(out, in), Matrix::Zero(out, in)};
            at.b_slots = {Matrix::Zero(out, 1), Matrix::Zero(out, 1)};
        }
    }

    float step() override {
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            layer& at = layers_[l];
            at.a.noalias() = at.w * input(l);
            if (of_.is_activated(l) && at.a.rows() % 16 == 0) {  // bias and f in one pass, in whole registers
                for (Index i = 0; i < at.a.cols(); ++i)
                    with_function(of_.f, (at.a.col(i) + at.b).array(),
                                  [&](const auto& f) { at.a.col(i) = f.matrix(); });
            } else {
                at.a.colwise() += at.b;
                if (of_.is_activated(l)) with_function(of_.f, at.a.array(), [&](const auto& f) { at.a.array() = f; });
            }
        }
        const float loss = loss_and_delta();
        ++steps_;
        for (std::size_t l = layers_.size(); l-- > 0;) {
            layer& at = layers_[l];
            if (l > 0) {
                layer& before = layers_[l - 1];
                before.delta.noalias() = at.w.transpose() * at.delta;
                if (of_.f == function::relu)
                    mask(before.a, before.delta);
                else
                    before.delta.array() *= 1.0f - before.a.array().square();
            }
            if (of_.rule == optimizer::sgd) {
                at.w.noalias() -= of_.learning_rate * at.delta * input(l).transpose();
                at.b.noalias() -= of_.learning_rate * at.delta.rowwise().sum();
            } else {
                at.w_gradient.noalias() = at.delta * input(l).transpose();
                at.b_gradient = at.delta.rowwise().sum();
                adam(at.w, at.w_gradient, at.w_slots);
                adam(at.b, at.b_gradient, at.b_slots);
            }
        }
        return loss;
    }

    std::vector<float> result() override {
        std::vector<float> all;
        for (const layer& at : layers_) {
            const RowMajor w = at.w;
            all.insert(all.end(), w.data(), w.data() + w.size());
            all.insert(all.end(), at.b.data(), at.b.data() + at.b.size());
        }
        return all;
    }

private:
    struct layer {
        Matrix w, a, delta, w_gradient;
        Vector b, b_gradient;
        adam_slots w_slots, b_slots;
    };

    const Matrix& input(std::size_t l) const { return l == 0 ? x_ : layers_[l - 1].a; }

    float loss_and_delta() {
        layer& last = layers_.back();
        const float scale = 1.0f / static_cast<float>(of_.batch);
        if (of_.cost == loss::mean_squared) {
            last.delta = last.a - values_;
            const float mean = scale / static_cast<float>(of_.outputs());
            const float loss = last.delta.squaredNorm() * mean;
            last.delta *= 2 * mean;
            return loss;
        }
        // Whole matrices, so that exp runs in whole registers whatever the number of classes.
        largest_ = last.a.colwise().maxCoeff();
        last.delta = last.a.rowwise() - largest_;
        last.delta.array() = last.delta.array().exp();
        sums_ = last.delta.colwise().sum();
        float loss = sums_.array().log().sum() + largest_.sum();
        for (Index i = 0; i < last.a.cols(); ++i) {
            const Index label = labels_[static_cast<std::size_t>(i)];
            loss -= last.a(label, i);
            last.delta.col(i) *= scale / sums_(i);
            last.delta(label, i) -= scale;
        }
        return loss * scale;
    }

    /// As a loop, for Eigen 3.4 does not vectorize a selection, and compilers do.
    static void mask(const Matrix& a, Matrix& delta) {
        const float* const from = a.data();
        float* const to = delta.data();
        for (Index i = 0; i < a.size(); ++i) to[i] = from[i] > 0 ? to[i] : 0;
    }

    template <class Parameters, class Gradient>
    void adam(Parameters& p, const Gradient& g, adam_slots& slots) const {
        constexpr float beta1 = 0.9f, beta2 = 0.999f;
        const float rate = of_.learning_rate / (1 - std::pow(beta1, steps_));
        const float unbias = 1 / std::sqrt(1 - std::pow(beta2, steps_));
        // Piece by piece: the three passes then find their data in L1.
        constexpr Index piece = 1024;
        for (Index first = 0; first < p.size(); first += piece) {
            const Index count = std::min(piece, p.size() - first);
            Eigen::Map<Eigen::ArrayXf> at(p.data() + first, count), m(slots.m.data() + first, count),
                v(slots.v.data() + first, count);
            Eigen::Map<const Eigen::ArrayXf> gradient(g.data() + first, count);
            m = beta1 * m + (1 - beta1) * gradient;
            v = beta2 * v + (1 - beta2) * gradient.square();
            at -= rate * m / (v.sqrt() * unbias + of_.epsilon);
        }
    }

    workload of_;
    const std::vector<std::int32_t>& labels_;
    std::vector<layer> layers_;
    Matrix x_, values_;
    Eigen::RowVectorXf largest_, sums_;
    float steps_ = 0;
};

/// Of fixed sizes: for single samples, that is Eigen's fastest form.
template <int... Widths>
class prediction final : public runner {
public:
    prediction(const workload& of, const problem& data) : of_(of) {
        x_ = Eigen::Map<const Eigen::Matrix<float, widths[0], 1>>(data.x.data());
        load<0>(data.parameters.data());
    }

    float step() override {
        forward<0>(x_);
        return y()(0);
    }

    std::vector<float> result() override { return {y().data(), y().data() + y().size()}; }

private:
    static constexpr int widths[] = {Widths...};
    static constexpr std::size_t layers = sizeof...(Widths) - 1;

    template <std::size_t L>
    struct layer {
        Eigen::Matrix<float, widths[L + 1], widths[L]> w;
        Eigen::Matrix<float, widths[L + 1], 1> b, a;
    };
    template <class>
    struct all_layers;
    template <std::size_t... L>
    struct all_layers<std::index_sequence<L...>> {
        std::tuple<layer<L>...> layers;
    };

    auto& y() { return std::get<layers - 1>(network_.layers).a; }

    template <std::size_t L>
    void load(const float* from) {
        auto& at = std::get<L>(network_.layers);
        at.w = Eigen::Map<const RowMajor>(from, at.w.rows(), at.w.cols());
        at.b = Eigen::Map<const Vector>(from + at.w.size(), at.b.size());
        if constexpr (L + 1 < layers) load<L + 1>(from + at.w.size() + at.b.size());
    }

    template <std::size_t L, class Input>
    void forward(const Input& input) {
        auto& at = std::get<L>(network_.layers);
        at.a = at.b;
        at.a.noalias() += at.w * input;
        if (of_.is_activated(L)) with_function(of_.f, at.a.array(), [&](const auto& f) { at.a = f.matrix(); });
        if constexpr (L + 1 < layers) forward<L + 1>(at.a);
    }

    workload of_;
    Eigen::Matrix<float, widths[0], 1> x_;
    all_layers<std::make_index_sequence<layers>> network_;
};

class elements final : public runner {
public:
    elements(const workload& of, const problem& data) : f_(of.f), x_(data.x), y_(data.x.size()) {}

    float step() override {
        const Eigen::Map<const Eigen::ArrayXf> x(x_.data(), index(x_.size()));
        with_function(f_, x, [&](const auto& f) { Eigen::Map<Eigen::ArrayXf>(y_.data(), index(y_.size())) = f; });
        return y_.front();
    }

    std::vector<float> result() override { return y_; }

private:
    function f_;
    const std::vector<float>& x_;
    std::vector<float> y_;
};

}  // namespace

runner* prepare(const workload& what, const problem& data) {
    if (what.is_on_images()) return nullptr;
    if (what.what == task::train) return new training(what, data);
    if (what.name == "mlp-32-64-64-8-tanh-predict") return new prediction<32, 64, 64, 8>(what, data);
    if (what.name == "mlp-784-128-10-relu-predict") return new prediction<784, 128, 10>(what, data);
    if (what.name == "gnubg-250-128-5-sigmoid-predict") return new prediction<250, 128, 5>(what, data);
#ifndef EIGEN_USE_BLAS
    if (what.what == task::elementwise) return new elements(what, data);
#endif
    return nullptr;
}
