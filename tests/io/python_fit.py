# SPDX-License-Identifier: MIT
"""Training by the module of examples/python, and threads that share a network."""
import sys
import threading
import unittest

import numpy

import digits

rng = numpy.random.default_rng(7)
x = rng.random((300, 8, 8), dtype=numpy.float32)
labels = rng.integers(0, 10, 300)


class Fit(unittest.TestCase):
    def test_learns(self):
        network = digits.Network(seed=1)
        target = (x.reshape(300, 64)[:, :10] > 0.5).argmax(axis=1)
        history = network.fit(x, target, "softmax_cross_entropy", epochs=60, batch=20, learning_rate=3e-3,
                              validation=(x, target))
        self.assertLess(history["training_loss"][-1], 0.5 * history["training_loss"][0])
        self.assertEqual(history["epoch"].tolist(), list(range(1, 61)))
        self.assertEqual(history["validation_accuracy"][-1], (network.predict(x).argmax(1) == target).mean())
        self.assertFalse(history["stopped_early"])

    def test_seeds_and_resume(self):
        def after(**options):
            network = digits.Network(seed=1)
            network.fit(x, labels, "softmax_cross_entropy", **options)
            return network
        four = after(epochs=4, seed=9).parameters["1.weight"]
        numpy.testing.assert_array_equal(after(epochs=4, seed=9).parameters["1.weight"], four)
        self.assertFalse(numpy.array_equal(after(epochs=4, seed=8).parameters["1.weight"], four))
        self.assertFalse(numpy.array_equal(after(epochs=4, seed=9, shuffle=False).parameters["1.weight"], four))
        self.assertFalse(numpy.array_equal(after(epochs=4, seed=9, batch=16).parameters["1.weight"], four))
        resumed = after(epochs=2, seed=9)
        resumed.fit(x, labels, "softmax_cross_entropy", epochs=2, seed=9, resume=True)
        numpy.testing.assert_array_equal(resumed.parameters["1.weight"], four)
        with self.assertRaisesRegex(ValueError, "resume: expected the optimizer of the last fit, 'adam', found 'sgd'"):
            resumed.fit(x, labels, "softmax_cross_entropy", optimizer="sgd", resume=True)

    def test_optimizers(self):
        y = rng.random((300, 10))
        for optimizer, options in (("sgd", {"momentum": 0.9, "nesterov": True}), ("adam", {"beta1": 0.8}),
                                   ("adamw", {"weight_decay": 0.1}), ("rmsprop", {"centered": True})):
            with self.subTest(optimizer):
                network = digits.Network(seed=1)
                history = network.fit(x, y, "mse", optimizer=optimizer, epochs=5, learning_rate=1e-3, **options)
                self.assertLess(history["training_loss"][-1], history["training_loss"][0])

    def test_refusals(self):
        network = digits.Network(seed=1)
        before = network.parameters["1.weight"].copy()
        bad = x.copy()
        bad[17, 1, 2] = numpy.nan
        loss = "softmax_cross_entropy"
        for arguments, options, text in (
            ((bad, labels, loss), {}, "dataset: inputs must be finite, found nan at row 17, column 10"),
            ((x, labels, loss), {"batch": 257}, "rows_per_step: expected 1 to 256, found 257"),
            ((x, labels, loss), {"rate": 1}, "hyperparameter: expected one of learning_rate, beta1, beta2, epsilon, "
                                             "weight_decay, found 'rate'"),
            ((x, labels, loss), {"optimizer": "lion"}, "optimizer: expected one of sgd, adam, adamw, rmsprop, "
                                                       "found 'lion'"),
            ((x, labels, loss), {"validation": (x[:3], labels)}, "dataset: inputs have 3 rows, targets 300"),
            ((x, labels, loss), {"validation": (x,)}, "validation: expected (x, y), found 1 elements")):
            with self.assertRaises(ValueError) as caught:
                network.fit(*arguments, **options)
            self.assertEqual(str(caught.exception), text)
        numpy.testing.assert_array_equal(network.parameters["1.weight"], before)
        with self.assertRaises(digits.DivergenceError) as caught:
            network.fit(1e25 * x, 1e25 * rng.random((300, 10)), "mse")
        self.assertIsInstance(caught.exception, ValueError)


class Threads(unittest.TestCase):
    def setUp(self):
        # No thread is made to hand the lock on: another one runs only where the lock is given up.
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1000)

    def another_runs_during(self, call):
        """Whether a thread that waits for the lock gets it before the call has ended, in one of many calls: it need
        not wake up within each."""
        for _ in range(200):
            gate, ran = threading.Lock(), []
            gate.acquire()

            def wait_and_run():
                with gate:
                    ran.append(True)

            thread = threading.Thread(target=wait_and_run)
            thread.start()
            gate.release()
            call()
            ran_during_call = bool(ran)
            thread.join()
            if ran_during_call:
                return True
        return False

    def test_the_lock_is_free_while_numbers_are_computed(self):
        network = digits.Network(seed=1)
        many, classes = numpy.tile(x, (30, 1, 1)), numpy.tile(labels, 30)
        loss = "softmax_cross_entropy"
        self.assertFalse(self.another_runs_during(lambda: sum(range(10000))))
        self.assertTrue(self.another_runs_during(lambda: network.predict(many)))
        self.assertTrue(self.another_runs_during(lambda: network.value_and_gradient(many, classes, loss)))
        self.assertTrue(self.another_runs_during(lambda: network.fit(many, classes, loss, epochs=1)))

    def test_threads_share_a_network(self):
        network = digits.Network(seed=1)
        expected = network.predict(x)
        results = []
        threads = [threading.Thread(target=lambda: results.append(network.predict(x))) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        for result in results:
            numpy.testing.assert_array_equal(result, expected)


if __name__ == "__main__":
    unittest.main()
