// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/simd.hpp>
#include <espalier/layer/contract.hpp>

/// What an operation of your own is written with: one register holds the same feature of simd_width samples, so
/// the code reads as if for a single sample. A SampleLayer has, for Input its shape rule's argument as a constant,
///
///     static constexpr reads parameter_gradient_reads, input_gradient_reads;
///     template <extents Input, class Scalar>
///     static void forward(features<Scalar> x, weights<Scalar> p, outputs<Scalar> y);
///     static void input_gradient(features<Scalar> x, features<Scalar> y, features<Scalar> delta,
///                                weights<Scalar> p, outputs<Scalar> x_gradient);
///     static void parameter_gradient(features<Scalar> x, features<Scalar> y, features<Scalar> delta,
///                                    weights<Scalar> p, sums<Scalar> gradient);       // if it has parameters
///
/// x and y may be read only where the declarations say so: elsewhere their memory holds something else by then.
namespace espalier::layer {

/// x[i]: feature i of some samples.
template <class Scalar>
class features {
public:
    features(const Scalar* first, std::size_t stride) : first_(first), stride_(stride) {}
    ESPALIER_INLINE simd<Scalar> operator[](std::size_t feature) const { return load(first_ + feature * stride_); }

private:
    const Scalar* first_;
    std::size_t stride_;
};

/// y[i] = value: sets feature i of some samples. Each is set once; nothing is read back.
template <class Scalar>
class outputs {
public:
    outputs(Scalar* first, std::size_t stride) : first_(first), stride_(stride) {}

    class feature {
    public:
        explicit feature(Scalar* to) : to_(to) {}
        ESPALIER_INLINE void operator=(const simd<Scalar>& value) const { store(to_, value); }  // NOLINT

    private:
        Scalar* to_;
    };
    ESPALIER_INLINE feature operator[](std::size_t i) const { return feature(first_ + i * stride_); }

private:
    Scalar* first_;
    std::size_t stride_;
};

/// One element of a tensor for each sample of a register: a lookup by what the samples hold.
template <class Scalar>
using lane_elements = std::array<std::size_t, simd_width<Scalar>>;

/// p(k, i): element i, row-major, of the layer's tensor k. One scalar: it is the same for all samples.
/// p.gather(k, first, i): element first[lane] + i in each lane.
template <class Scalar>
class weights {
public:
    explicit weights(const Scalar* const* tensors) : tensors_(tensors) {}
    ESPALIER_INLINE Scalar operator()(std::size_t tensor, std::size_t element) const {
        return tensors_[tensor][element];
    }
    ESPALIER_INLINE simd<Scalar> gather(std::size_t tensor, const lane_elements<Scalar>& first,
                                        std::size_t element) const {
        alignas(alignment) Scalar lanes[simd_width<Scalar>];
        for (std::size_t lane = 0; lane < simd_width<Scalar>; ++lane)
            lanes[lane] = tensors_[tensor][first[lane] + element];
        return simd<Scalar>::load_aligned(lanes);
    }

private:
    const Scalar* const* tensors_;
};

/// gradient.add(k, i, value): adds, over the samples in `value`, to the gradient of element i of tensor k.
/// gradient.scatter(k, first, i, value): adds each lane to the gradient of element first[lane] + i.
template <class Scalar>
class sums {
public:
    explicit sums(Scalar* const* tensors) : tensors_(tensors) {}
    ESPALIER_INLINE void add(std::size_t tensor, std::size_t element, const simd<Scalar>& value) const {
        tensors_[tensor][element] += xsimd::hadd(value);
    }
    ESPALIER_INLINE void scatter(std::size_t tensor, const lane_elements<Scalar>& first, std::size_t element,
                                 const simd<Scalar>& value) const {
        alignas(alignment) Scalar lanes[simd_width<Scalar>];
        value.store_aligned(lanes);
        for (std::size_t lane = 0; lane < simd_width<Scalar>; ++lane)
            tensors_[tensor][first[lane] + element] += lanes[lane];
    }

private:
    Scalar* const* tensors_;
};

}  // namespace espalier::layer
