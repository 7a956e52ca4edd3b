// SPDX-License-Identifier: MIT
// LIBXSMM: the products of a training step alone, from its JIT, without bias, function, loss and update. Not a peer but
// a bound: what a step can cost that is put together from its products.
#include <libxsmm.h>

#include <algorithm>
#include <memory>

#include "contender.hpp"

namespace {

using namespace bench;

/// c = op(a) · op(b), column-major; op transposes where asked. LIBXSMM 1.17 transposes b in its kernels, a not.
class product {
public:
    product(std::size_t rows, std::size_t columns, std::size_t depth, const float* a, const float* b, float* c,
            bool transposed_b = false)
        : a_(a), b_(b), c_(c) {
        const auto m = static_cast<libxsmm_blasint>(rows), n = static_cast<libxsmm_blasint>(columns),
                   k = static_cast<libxsmm_blasint>(depth);
        const libxsmm_blasint ldb = transposed_b ? n : k;
        const float alpha = 1, beta = 0;
        const int flags = transposed_b ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
        kernel_ = libxsmm_smmdispatch(m, n, k, &m, &ldb, &m, &alpha, &beta, &flags, nullptr);
    }

    bool exists() const { return kernel_ != nullptr; }
    void operator()() const { kernel_(a_, b_, c_); }

private:
    libxsmm_smmfunction kernel_;
    const float* a_;
    const float* b_;
    float* c_;
};

class products final : public runner {
public:
    products(const workload& of, const problem& data) {
        tensors_.reserve(6 * of.layers() + 1);
        // Samples are columns. Wᵀ, which the input gradient reads, is taken as given.
        const float* input = make(data.x);
        float* delta_before = nullptr;
        for (std::size_t l = 0; l < of.layers(); ++l) {
            const std::size_t in = of.widths[l], out = of.widths[l + 1], batch = of.batch;
            const float* const w = make(std::vector<float>(out * in, 0.01f));
            const float* const transposed = make(std::vector<float>(out * in, 0.01f));
            float* const a = make(std::vector<float>(out * batch));
            float* const delta = make(std::vector<float>(out * batch, 0.01f));
            float* const gradient = make(std::vector<float>(out * in));
            all_.emplace_back(out, batch, in, w, input, a);
            if (l > 0) all_.emplace_back(in, batch, out, transposed, delta, delta_before);
            all_.emplace_back(out, in, batch, delta, input, gradient, true);
            input = a;
            delta_before = delta;
        }
    }

    bool exists() const {
        return std::all_of(all_.begin(), all_.end(), [](const product& each) { return each.exists(); });
    }

    float step() override {
        for (const product& each : all_) each();
        return tensors_.back().front();
    }

    std::vector<float> result() override { return {}; }

private:
    float* make(std::vector<float> values) {
        tensors_.push_back(std::move(values));
        return tensors_.back().data();
    }

    std::vector<std::vector<float>> tensors_;
    std::vector<product> all_;
};

}  // namespace

runner* prepare(const workload& what, const problem& data) {
    if (what.is_on_images()) return nullptr;
    if (what.what != task::train) return nullptr;
    auto made = std::make_unique<products>(what, data);
    return made->exists() ? made.release() : nullptr;
}
