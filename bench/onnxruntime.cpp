// SPDX-License-Identifier: MIT
// ONNX Runtime, from the library in npm's package onnxruntime-node, which has no header: the functions that are needed
// stand at places of its table that never change from one version to the next.
#include <dlfcn.h>
#include <onnx/onnx_pb.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "contender.hpp"

namespace {

using namespace bench;

class library {
public:
    static const library& loaded() {
        static const library the_only;
        return the_only;
    }

    /// Calls the function at a place of the table; whatever is not null is an error's status.
    template <class... Arguments>
    void call(std::size_t place, Arguments... arguments) const {
        if (void* const status = at<void*, Arguments...>(place)(arguments...); status != nullptr)
            throw std::runtime_error(std::string("onnxruntime: ") + at<const char*, const void*>(2)(status));
    }
    template <class... Arguments>
    void release(std::size_t place, Arguments... arguments) const {
        at<void, Arguments...>(place)(arguments...);
    }

    void* environment = nullptr;
    void* memory_info = nullptr;

private:
    struct base {
        void* const* (*table)(std::uint32_t version);
        const char* (*version)();
    };

    library() {
        void* const opened = dlopen(ESPALIER_ONNXRUNTIME, RTLD_NOW | RTLD_LOCAL);
        if (opened == nullptr) throw std::runtime_error(dlerror());
        const auto get_base = reinterpret_cast<const base* (*)()>(dlsym(opened, "OrtGetApiBase"));
        if (get_base == nullptr) throw std::runtime_error(dlerror());
        table_ = get_base()->table(14);
        if (table_ == nullptr) throw std::runtime_error("onnxruntime: no version 14 of its interface");
        call(3, 3 /* errors only */, "bench", &environment);                  // CreateEnv
        call(69, 0 /* of the device */, 0 /* plain memory */, &memory_info);  // CreateCpuMemoryInfo
    }

    template <class Result, class... Arguments>
    auto at(std::size_t place) const {
        return reinterpret_cast<Result (*)(Arguments...)>(table_[place]);
    }

    void* const* table_;
};

onnx::AttributeProto& add_attribute(onnx::NodeProto& to, const char* name, std::vector<std::size_t> values) {
    onnx::AttributeProto& attribute = *to.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const std::size_t value : values) attribute.add_ints(static_cast<std::int64_t>(value));
    return attribute;
}

/// The network as ONNX, tensor by tensor: t0 is x.
class model {
public:
    model(const workload& of, const problem& data) : rest_(data.parameters.data()) {
        made_.set_ir_version(7);
        made_.add_opset_import()->set_version(13);
        made_.mutable_graph()->set_name(of.name);
        shape_ = of.is_on_images() ? std::vector{of.batch, of.channels, of.height, of.width}
                                   : std::vector{of.batch, of.inputs()};
        describe(*made_.mutable_graph()->add_input(), shape_);
        for (std::size_t i = 0; i < of.convolutions.size(); ++i)
            add_convolution(of.convolutions[i], of.is_activated_convolution(i));
        if (of.is_on_images() && of.layers() > 0) add("Flatten");
        for (std::size_t l = 0; l < of.layers(); ++l) {
            onnx::NodeProto& node = add("Gemm");
            onnx::AttributeProto& transposed = *node.add_attribute();
            transposed.set_name("transB");
            transposed.set_type(onnx::AttributeProto::INT);
            transposed.set_i(1);
            add_parameter(node, {of.widths[l + 1], of.widths[l]});
            add_parameter(node, {of.widths[l + 1]});
            if (of.is_activated(l)) add(of.f == function::relu ? "Relu" : of.f == function::tanh ? "Tanh" : "Sigmoid");
        }
        output = tensor_name();
        onnx::ValueInfoProto& result = *made_.mutable_graph()->add_output();
        result.set_name(output);
        result.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    }

    std::string bytes() const { return made_.SerializeAsString(); }
    std::string output;

private:
    std::string tensor_name() const {
        std::string name = std::to_string(count_);
        name.insert(name.begin(), 't');
        return name;
    }

    onnx::NodeProto& add(const char* type) {
        onnx::NodeProto& node = *made_.mutable_graph()->add_node();
        node.set_op_type(type);
        node.add_input(tensor_name());
        ++count_;
        node.add_output(tensor_name());
        return node;
    }

    void add_convolution(const convolution& one, bool activated) {
        const std::size_t high = shape_[2] == 1 ? 1 : one.kernel, pad_high = shape_[2] == 1 ? 0 : one.pad;
        onnx::NodeProto& node = add("Conv");
        add_attribute(node, "pads", {pad_high, one.pad, pad_high, one.pad});
        add_parameter(node, {one.channels, shape_[1], high, one.kernel});
        add_parameter(node, {one.channels});
        shape_[1] = one.channels;
        if (activated) add("Relu");
        if (one.pool == 0) return;
        onnx::NodeProto& pool = add("MaxPool");
        add_attribute(pool, "kernel_shape", {one.pool, one.pool});
        add_attribute(pool, "strides", {one.pool, one.pool});
    }

    void add_parameter(onnx::NodeProto& to, const std::vector<std::size_t>& shape) {
        onnx::TensorProto& tensor = *made_.mutable_graph()->add_initializer();
        tensor.set_name(std::to_string(made_.graph().initializer_size()));
        tensor.set_data_type(onnx::TensorProto::FLOAT);
        std::size_t size = 1;
        for (const std::size_t extent : shape) {
            tensor.add_dims(static_cast<std::int64_t>(extent));
            size *= extent;
        }
        tensor.mutable_float_data()->Add(rest_, rest_ + size);
        rest_ += size;
        to.add_input(tensor.name());
    }

    static void describe(onnx::ValueInfoProto& value, const std::vector<std::size_t>& shape) {
        value.set_name("t0");
        auto& type = *value.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::TensorProto::FLOAT);
        for (const std::size_t extent : shape)
            type.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(extent));
    }

    onnx::ModelProto made_;
    std::vector<std::size_t> shape_;
    const float* rest_;
    std::size_t count_ = 0;
};

class prediction final : public runner {
public:
    prediction(const workload& of, const problem& data) : x_(data.x), y_(of.batch * of.outputs()) {
        const model made(of, data);
        output_ = made.output;
        const std::string bytes = made.bytes();
        void* options = nullptr;
        ort_.call(10, &options);     // CreateSessionOptions
        ort_.call(24, options, 1);   // SetIntraOpNumThreads
        ort_.call(25, options, 1);   // SetInterOpNumThreads
        ort_.call(23, options, 99);  // SetSessionGraphOptimizationLevel: all
        ort_.call(8, ort_.environment, static_cast<const void*>(bytes.data()), bytes.size(),
                  static_cast<const void*>(options), &session_);  // CreateSessionFromArray
        ort_.release(100, options);
        const auto batch = static_cast<std::int64_t>(of.batch);
        if (of.is_on_images())
            in_ = tensor(x_, {batch, static_cast<std::int64_t>(of.channels), static_cast<std::int64_t>(of.height),
                              static_cast<std::int64_t>(of.width)});
        else
            in_ = tensor(x_, {batch, static_cast<std::int64_t>(of.inputs())});
        if (of.is_on_images() && of.layers() == 0)
            out_ = tensor(y_, {batch, static_cast<std::int64_t>(of.convolutions.back().channels),
                               static_cast<std::int64_t>(of.height), static_cast<std::int64_t>(of.width)});
        else
            out_ = tensor(y_, {batch, static_cast<std::int64_t>(of.outputs())});
    }

    ~prediction() override {
        ort_.release(96, in_);
        ort_.release(96, out_);
        ort_.release(95, session_);
    }

    float step() override {
        const char* const input_name = "t0";
        const char* const output_name = output_.c_str();
        void* const inputs[] = {in_};
        void* outputs[] = {out_};
        ort_.call(9, session_, static_cast<const void*>(nullptr), &input_name, static_cast<void* const*>(inputs),
                  std::size_t{1}, &output_name, std::size_t{1}, static_cast<void**>(outputs));  // Run
        return y_.front();
    }

    std::vector<float> result() override { return y_; }

private:
    /// The vector's memory as a tensor: nothing is copied.
    void* tensor(std::vector<float>& values, const std::vector<std::int64_t>& shape) const {
        void* made = nullptr;
        ort_.call(49, static_cast<const void*>(ort_.memory_info), static_cast<void*>(values.data()),
                  values.size() * sizeof(float), shape.data(), shape.size(), 1 /* float */,
                  &made);  // CreateTensorWithDataAsOrtValue
        return made;
    }

    const library& ort_ = library::loaded();
    std::vector<float> x_, y_;
    std::string output_;
    void* session_ = nullptr;
    void* in_ = nullptr;
    void* out_ = nullptr;
};

}  // namespace

runner* prepare(const workload& what, const problem& data) {
    return what.what == task::predict ? new prediction(what, data) : nullptr;
}
