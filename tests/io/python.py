# SPDX-License-Identifier: MIT
"""The module of examples/python against NumPy and, where it is installed, PyTorch."""
import gc
import unittest

import numpy

import digits

try:
    import torch
except ImportError:
    torch = None

rng = numpy.random.default_rng(7)
x = rng.random((300, 8, 8), dtype=numpy.float32)
labels = rng.integers(0, 10, 300)
shapes = {"1.weight": (128, 64), "1.bias": (128,), "4.weight": (10, 128), "4.bias": (10,)}


def reference(network, samples):
    p = network.parameters
    hidden = numpy.maximum(samples.reshape(-1, 64) @ p["1.weight"].T + p["1.bias"], 0)
    return hidden @ p["4.weight"].T + p["4.bias"]


class Predict(unittest.TestCase):
    def test_rows_and_samples(self):
        network = digits.Network(seed=1)
        expected = reference(network, x)
        self.assertEqual(digits.input_shape, (8, 8))
        self.assertEqual(digits.output_shape, (10,))
        numpy.testing.assert_allclose(network.predict(x), expected, rtol=1e-5, atol=1e-5)
        numpy.testing.assert_allclose(network.predict(x.reshape(300, 64)), expected, rtol=1e-5, atol=1e-5)
        for sample in (x[3], x[3].reshape(64), x[3].tolist()):
            y = network.predict(sample)
            self.assertEqual((y.shape, y.dtype), ((10,), numpy.float32))
            numpy.testing.assert_allclose(y, expected[3], rtol=1e-5, atol=1e-5)
        self.assertEqual(network.predict(x[:0]).shape, (0, 10))

    def test_conversions(self):
        network = digits.Network(seed=1)
        expected = network.predict(x)
        numpy.testing.assert_array_equal(network.predict(x.astype(numpy.float64)), expected)
        numpy.testing.assert_array_equal(network.predict(numpy.asfortranarray(x)), expected)
        numpy.testing.assert_array_equal(network.predict(numpy.repeat(x, 2, axis=0)[::2]), expected)
        numpy.testing.assert_array_equal(network.predict(x.astype(">f4")), expected)
        misaligned = numpy.zeros(x.nbytes + 1, numpy.uint8)[1:].view(numpy.float32).reshape(x.shape)
        misaligned[...] = x
        self.assertFalse(misaligned.flags.aligned)
        numpy.testing.assert_array_equal(network.predict(misaligned), expected)
        pixels = (16 * x).astype(numpy.uint8)
        numpy.testing.assert_array_equal(network.predict(pixels), network.predict(pixels.astype(numpy.float32)))

    def test_refusals(self):
        network = digits.Network()
        for given, text in ((x[:, :5], "x: expected [rows, 8, 8] row-major, found [300, 5, 8]"),
                            (x[0, 0], "x: expected [rows, 8, 8] row-major, found [8]"),
                            (x.astype(complex), "x: expected an array of real numbers, found dtype complex64"),
                            (["a"], "x: expected an array of real numbers, found dtype <U1")):
            with self.assertRaises(ValueError) as caught:
                network.predict(numpy.asarray(given).astype(numpy.complex64) if "complex" in text else given)
            self.assertEqual(str(caught.exception), text)


class Parameters(unittest.TestCase):
    def test_are_the_networks_memory(self):
        network = digits.Network(seed=3)
        views = network.parameters
        self.assertEqual({name: view.shape for name, view in views.items()}, shapes)
        for view in views.values():
            self.assertTrue(view.flags.writeable and view.flags.c_contiguous)
            self.assertEqual(view.ctypes.data % 64, 0)
            self.assertFalse(view.flags.owndata)
        views["4.bias"][:] = numpy.arange(10)
        views["4.weight"][...] = 0
        numpy.testing.assert_array_equal(network.predict(x[0]), numpy.arange(10))

    def test_outlive_the_network(self):
        network = digits.Network(seed=3)
        bias = network.parameters["1.weight"]
        copy = bias.copy()
        del network
        gc.collect()
        others = [digits.Network(seed=s) for s in range(20)]
        numpy.testing.assert_array_equal(bias, copy)
        self.assertIsInstance(bias.base, digits.Network)
        del others

    def test_same_seed(self):
        first, second, other = digits.Network(seed=5), digits.Network(seed=5), digits.Network(seed=6)
        numpy.testing.assert_array_equal(first.parameters["1.weight"], second.parameters["1.weight"])
        self.assertFalse(numpy.array_equal(first.parameters["1.weight"], other.parameters["1.weight"]))

    def test_load_state_dict(self):
        network, source = digits.Network(seed=1), digits.Network(seed=2)
        state = {name: view.astype(numpy.float64) for name, view in source.parameters.items()}
        network.load_state_dict(state)
        numpy.testing.assert_array_equal(network.predict(x), source.predict(x))
        before = network.predict(x)
        for wrong, text in (({**state, "1.weight": numpy.zeros((64, 128))},
                             "1.weight: expected shape [128, 64], found [64, 128]"),
                            ({**state, "7.weight": numpy.zeros(3)}, "state dict: the network has no tensor '7.weight'"),
                            ({n: 0 * v for n, v in state.items() if n != "4.bias"}, "state dict: no tensor '4.bias'")):
            with self.assertRaises(ValueError) as caught:
                network.load_state_dict(wrong)
            self.assertEqual(str(caught.exception), text)
            numpy.testing.assert_array_equal(network.predict(x), before)


class Gradient(unittest.TestCase):
    def torch_gradient(self, network, loss, inputs, targets, kept):
        """PyTorch's loss and gradient, with the hidden units that dropout kept."""
        p = {name: torch.from_numpy(view.copy()).requires_grad_() for name, view in network.parameters.items()}
        hidden = torch.relu(torch.from_numpy(inputs).flatten(1) @ p["1.weight"].T + p["1.bias"])
        hidden = hidden * torch.from_numpy(kept) / 0.7
        value = loss(hidden @ p["4.weight"].T + p["4.bias"], torch.from_numpy(targets))
        value.backward()
        return value.item(), {name: tensor.grad.numpy() for name, tensor in p.items()}

    def test_finite_differences(self):
        network = digits.Network(seed=1)
        y = rng.random((20, 10), dtype=numpy.float32)
        value, gradient = network.value_and_gradient(x[:20], y, "mse", seed=4, step=2)
        self.assertEqual({name: g.shape for name, g in gradient.items()}, shapes)
        bias, step = network.parameters["4.bias"], 1e-2
        for i in range(10):
            bias[i] += step
            above = network.value_and_gradient(x[:20], y, "mse", seed=4, step=2)[0]
            bias[i] -= 2 * step
            below = network.value_and_gradient(x[:20], y, "mse", seed=4, step=2)[0]
            bias[i] += step
            self.assertAlmostEqual((above - below) / (2 * step), gradient["4.bias"][i], delta=2e-4)
        self.assertGreater(value, 0)

    def test_pieces(self):
        """More rows than the plan holds are the same as their parts, dropout's coins included."""
        network = digits.Network(seed=1)
        value, gradient = network.value_and_gradient(x, labels, "softmax_cross_entropy", seed=1)
        self.assertEqual(digits.largest_batch, 256)
        first, _ = network.value_and_gradient(x[:256], labels[:256], "softmax_cross_entropy", seed=1)
        self.assertNotEqual(value, first)
        again, _ = network.value_and_gradient(x, labels, "softmax_cross_entropy", seed=1)
        other, _ = network.value_and_gradient(x, labels, "softmax_cross_entropy", seed=2)
        self.assertEqual(value, again)
        self.assertNotEqual(value, other)
        del network
        gc.collect()
        self.assertTrue(all(numpy.isfinite(g).all() for g in gradient.values()))

    def test_pieces_weigh_by_their_rows(self):
        network = digits.Network(seed=1)
        # Rows of zeros before a bias of zeros: whatever their coins, dropout takes nothing from them.
        network.parameters["1.bias"][:] = 0
        network.parameters["4.bias"][:] = rng.random(10)
        x_tail = x.copy()
        x_tail[256:] = 0
        parts = [network.value_and_gradient(x_tail[rows], labels[rows], "softmax_cross_entropy", seed=1)
                 for rows in (slice(0, 300), slice(0, 256), slice(256, 300))]
        (value, gradient), (first, first_gradient), (last, last_gradient) = parts
        self.assertGreater(abs(first - last), 0.01)
        self.assertAlmostEqual(300 * value, 256 * first + 44 * last, delta=1e-6 * 300 * value)
        for name in shapes:
            numpy.testing.assert_allclose(300 * gradient[name], 256 * first_gradient[name] + 44 * last_gradient[name],
                                          rtol=1e-4, atol=1e-4)

    @unittest.skipIf(torch is None, "PyTorch is not installed")
    def test_torch(self):
        network = digits.Network(seed=1)
        y = rng.random((300, 10), dtype=numpy.float32)
        cases = [("softmax_cross_entropy", torch.nn.CrossEntropyLoss(), labels),
                 ("softmax_cross_entropy", torch.nn.CrossEntropyLoss(), y),
                 ("mse", torch.nn.MSELoss(), y), ("mae", torch.nn.L1Loss(), y), ("huber", torch.nn.HuberLoss(), y),
                 ("binary_cross_entropy", torch.nn.BCEWithLogitsLoss(), y)]
        for row, (loss, function, targets) in enumerate(cases):
            with self.subTest(loss):
                one, target = x[row:row + 1], targets[row:row + 1]
                value, gradient = network.value_and_gradient(one, target, loss, step=row)
                # One row's gradient shows what was kept: a unit that gives nothing has no gradient behind it.
                kept = (gradient["4.weight"] != 0).any(axis=0)
                self.assertTrue(20 < kept.sum() < 80)
                expected, expected_gradient = self.torch_gradient(network, function, one, target, kept)
                self.assertAlmostEqual(value, expected, delta=1e-6 * max(1, expected))
                for name in shapes:
                    numpy.testing.assert_allclose(gradient[name], expected_gradient[name], rtol=1e-4, atol=1e-6)

    def test_refusals(self):
        network = digits.Network()
        loss = "softmax_cross_entropy"
        for arguments, text in (
            ((x, labels[:5], loss), "labels: expected one for each of 300 rows, found 5"),
            ((x, labels + 1, loss), "label of row"),
            ((x, x, "mse"), "targets: expected [rows, 10] row-major, found [300, 8, 8]"),
            ((x[:0], labels[:0], loss), "x: expected at least 1 row, found 0"),
            ((x, labels, "hinge"), "loss: expected one of mse, mae, huber, binary_cross_entropy, "
                                   "softmax_cross_entropy, found 'hinge'")):
            with self.assertRaises(ValueError) as caught:
                network.value_and_gradient(*arguments)
            self.assertTrue(str(caught.exception).startswith(text), str(caught.exception))


if __name__ == "__main__":
    unittest.main()
