# SPDX-License-Identifier: MIT
"""Files of weights, written and read without the library: safetensors by struct and json, following the format's
specification (https://github.com/huggingface/safetensors), npz by NumPy.

    python3 -B weights.py                   writes weights_*.safetensors, weights_*.npz and weights_*.npy, with PyTorch 1.13
    python3 -B weights.py unpack FILE DIR   reads a .safetensors or .npz file: each tensor becomes DIR/<name>.npy
"""
import json
import struct
import sys
from pathlib import Path

import numpy as np

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U8": "|u1"}


def write_safetensors(path, tensors, metadata=None):
    """tensors: name -> (dtype, shape, bytes)"""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path):
    content = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    assert content[8:9] == b"{" and (8 + length) % 8 == 0
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    for key, value in header.pop("__metadata__", {}).items():
        assert isinstance(key, str) and isinstance(value, str)
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, stop = entry["data_offsets"]
        assert begin == end, f"{name}: hole or overlap"
        end = stop
        yield name, np.frombuffer(data[begin:stop], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    assert end == len(data)


def unpack(path, folder):
    tensors = np.load(path).items() if path.endswith(".npz") else read_safetensors(path)
    for name, values in tensors:
        np.save(Path(folder) / f"{name}.npy", values)


def raw(tensor, dtype):
    import torch

    if dtype == "BF16":
        bits = tensor.to(torch.bfloat16).view(torch.int16)
        return dtype, tensor.shape, bits.numpy().astype("<i2").tobytes()
    kind = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "I64": torch.int64}[dtype]
    return dtype, tensor.shape, tensor.to(kind).numpy().astype(DTYPES[dtype]).tobytes()


def make():
    import torch

    here = Path(__file__).parent
    torch.manual_seed(5)
    net = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.PReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(4, 3, bias=False),
                              torch.nn.Tanh(), torch.nn.Linear(3, 2)).eval()
    x = torch.randn(6, 5, dtype=torch.float64)
    np.save(here / "weights_x.npy", x.numpy())

    def outputs(state):
        net.load_state_dict(state)
        return net.double()(x).detach().numpy()

    plain = {name: tensor.float() for name, tensor in net.state_dict().items()}
    write_safetensors(here / "weights_plain.safetensors", {n: raw(t, "F32") for n, t in plain.items()}, {"format": "pt"})
    np.savez(here / "weights_stored.npz", **{n: t.numpy() for n, t in plain.items()})
    np.savez_compressed(here / "weights_deflated.npz", **{n: t.double().numpy() for n, t in plain.items()})
    np.save(here / "weights_plain_y.npy", outputs(plain))

    # Every type, other names, out of order.
    types = ["BF16", "F64", "F16", "F32", "F16", "BF16"]
    kinds = {"BF16": torch.bfloat16, "F64": torch.float64, "F16": torch.float16, "F32": torch.float32}
    mixed = {n: t.to(kinds[k]) for (n, t), k in zip(plain.items(), types)}
    file = {"model." + n: raw(t, k) for (n, t), k in reversed(list(zip(mixed.items(), types)))}
    write_safetensors(here / "weights_mixed.safetensors", file)
    np.save(here / "weights_mixed_y.npy", outputs({n: t.double() for n, t in mixed.items()}))


def make_images():
    """What has several axes or is no parameter: convolutions and the running statistics of batch_norm."""
    import torch

    here = Path(__file__).parent
    torch.manual_seed(6)
    net = torch.nn.Sequential(torch.nn.Conv2d(2, 4, (3, 2)), torch.nn.BatchNorm2d(4), torch.nn.ReLU(),
                              torch.nn.Conv2d(4, 4, 2, groups=2, bias=False), torch.nn.Flatten(), torch.nn.Linear(32, 3))
    for _ in range(3):  # moves the running statistics
        net(2 * torch.randn(5, 2, 5, 6) + 1)
    state = net.eval().state_dict()
    write_safetensors(here / "weights_images.safetensors",
                      {n: raw(t, "I64" if n.endswith("num_batches_tracked") else "F32") for n, t in state.items()})
    x = torch.randn(4, 2, 5, 6, dtype=torch.float64)
    np.save(here / "weights_images_x.npy", x.numpy())
    np.save(here / "weights_images_y.npy", net.double()(x).detach().numpy())


if __name__ == "__main__":
    if sys.argv[1:2] == ["unpack"]:
        unpack(*sys.argv[2:4])
    else:
        make()
        make_images()
