// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// ONNX's backend tests, as Debian's libonnx-testdata installs them: a model of one or a few nodes, inputs, outputs.
namespace onnx_tests {

namespace fs = std::filesystem;

/// A message of protocol buffers, field by field (the wire format: varints, 4 and 8 bytes, and counted bytes).
class message {
public:
    explicit message(std::string_view whole) : rest_(whole) {}

    std::size_t field = 0;
    std::uint64_t number = 0;  ///< of a varint
    std::string_view bytes;    ///< of anything else

    bool next() {
        if (rest_.empty()) return false;
        const std::uint64_t key = varint(rest_);
        field = static_cast<std::size_t>(key >> 3);
        switch (key & 7) {
            case 0:
                number = varint(rest_);
                break;
            case 1:
                bytes = take(8);
                break;
            case 2: {
                const std::uint64_t count = varint(rest_);
                bytes = take(static_cast<std::size_t>(count));
                break;
            }
            case 5:
                bytes = take(4);
                break;
            default:
                rest_ = {};
                return false;
        }
        return true;
    }

    static std::uint64_t varint(std::string_view& from) {
        std::uint64_t value = 0;
        for (unsigned shift = 0; !from.empty() && shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(from.front());
            from.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7Fu) << shift;
            if (byte < 0x80) break;
        }
        return value;
    }

private:
    std::string_view take(std::size_t count) {
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view rest_;
};

struct tensor {
    std::string name;
    std::vector<std::size_t> shape;
    std::uint64_t type = 0;  // 1 float, 6 int32, 7 int64, 11 double
    std::vector<float> values;

    bool is_number() const { return type == 1 || type == 11; }
};

template <class Value>
void append(std::vector<float>& to, std::string_view bytes) {
    for (; bytes.size() >= sizeof(Value); bytes.remove_prefix(sizeof(Value))) {
        Value value;
        std::memcpy(&value, bytes.data(), sizeof value);
        to.push_back(static_cast<float>(value));
    }
}

inline tensor read_tensor(std::string_view bytes) {
    tensor found;
    std::string_view raw;
    for (message field(bytes); field.next();) switch (field.field) {
            case 1:
                if (!field.bytes.empty())
                    while (!field.bytes.empty()) found.shape.push_back(message::varint(field.bytes));
                else
                    found.shape.push_back(field.number);
                break;
            case 2:
                found.type = field.number;
                break;
            case 4:
                append<float>(found.values, field.bytes);
                break;
            case 7:
                while (!field.bytes.empty())
                    found.values.push_back(static_cast<float>(static_cast<std::int64_t>(message::varint(field.bytes))));
                break;
            case 8:
                found.name = field.bytes;
                break;
            case 9:
                raw = field.bytes;
                break;
            case 10:
                append<double>(found.values, field.bytes);
                break;
        }
    if (found.type == 1) append<float>(found.values, raw);
    if (found.type == 6) append<std::int32_t>(found.values, raw);
    if (found.type == 7) append<std::int64_t>(found.values, raw);
    if (found.type == 11) append<double>(found.values, raw);
    return found;
}

struct node {
    std::string kind;
    std::vector<std::string> inputs;
};

struct graph {
    std::vector<node> nodes;
    std::vector<tensor> constants;
    std::vector<std::string> inputs;
};

inline std::string name_of(std::string_view value) {
    for (message field(value); field.next();)
        if (field.field == 1) return std::string(field.bytes);
    return {};
}

inline graph read_model(std::string_view bytes) {
    graph found;
    for (message model(bytes); model.next();) {
        if (model.field != 7) continue;
        for (message part(model.bytes); part.next();) {
            if (part.field == 1) {
                node& made = found.nodes.emplace_back();
                for (message field(part.bytes); field.next();) {
                    if (field.field == 1) made.inputs.emplace_back(field.bytes);
                    if (field.field == 4) made.kind = field.bytes;
                }
            }
            if (part.field == 5) found.constants.push_back(read_tensor(part.bytes));
            if (part.field == 11) found.inputs.push_back(name_of(part.bytes));
        }
    }
    return found;
}

/// One test: what a network computes from, and what is expected of it.
struct backend_test {
    std::string name;                // "node/relu"
    std::vector<std::string> kinds;  // of its operators
    tensor x, expected;
    std::vector<tensor> parameters;  // the other tensors, in the order in which the nodes take them
    bool has_integers = false;       // among x and the output
};

inline std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline backend_test read_test(const fs::path& folder) {
    const graph model = read_model(bytes_of(folder / "model.onnx"));
    std::map<std::string, tensor> values;
    for (const tensor& each : model.constants) values[each.name] = each;
    std::size_t inputs = 0;
    std::string first;
    for (const std::string& name : model.inputs) {
        if (values.contains(name)) continue;  // old models list their constants among the inputs
        const fs::path file = folder / "test_data_set_0" / ("input_" + std::to_string(inputs++) + ".pb");
        values[name] = read_tensor(bytes_of(file));
        if (first.empty()) first = name;
    }
    backend_test found;
    found.name = folder.parent_path().filename().string() + "/" + folder.filename().string().substr(5);
    found.x = values[first];
    std::vector<std::string> taken{first};
    for (const node& each : model.nodes) {
        found.kinds.push_back(each.kind);
        for (const std::string& name : each.inputs) {
            if (std::ranges::find(taken, name) != taken.end() || !values.contains(name)) continue;
            taken.push_back(name);
            found.parameters.push_back(values[name]);
        }
    }
    found.expected = read_tensor(bytes_of(folder / "test_data_set_0" / "output_0.pb"));
    found.has_integers = !found.expected.is_number();
    return found;
}

/// All tests of the two suites, or none where the package is not installed; ESPALIER_ONNX_TESTDATA names another place.
inline std::vector<backend_test> all_tests() {
    const char* const place = std::getenv("ESPALIER_ONNX_TESTDATA");
    const fs::path root = place != nullptr ? place : "/usr/share/libonnx-testdata/data";
    std::vector<backend_test> list;
    for (const char* const suite : {"node", "pytorch-converted"}) {
        if (!fs::is_directory(root / suite)) continue;
        std::vector<fs::path> folders;
        for (const auto& entry : fs::directory_iterator(root / suite)) folders.push_back(entry.path());
        std::ranges::sort(folders);
        for (const fs::path& folder : folders) list.push_back(read_test(folder));
    }
    return list;
}

}  // namespace onnx_tests
