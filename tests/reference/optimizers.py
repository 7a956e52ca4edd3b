# SPDX-License-Identifier: MIT
"""Writes the reference for tests/train: what PyTorch 1.13 makes of 50 steps. Run it in this folder; it needs torch.

optimizers_gradients.npy [50][32], optimizers_initial.npy [32], optimizers_<name>.npy [variant][50][32] the parameters
after each step, schedules.npy [schedule][60] the learning rates for a base rate of 1. The variants stand in the order
of the tests. All float64.
"""

import warnings

import numpy as np
import torch
from torch.optim import SGD, Adam, AdamW, RMSprop, lr_scheduler

warnings.filterwarnings("ignore", category=UserWarning)
STEPS, SIZE = 50, 32
numbers = np.random.RandomState(20)
initial = numbers.normal(size=SIZE)
# Norms from about 1 to about 30, so that clipping at 5 meets both cases.
gradients = numbers.normal(size=(STEPS, SIZE)) * np.exp(numbers.normal(size=(STEPS, 1)) * 0.7)


def run(kind, max_norm=None, schedule=None, **options):
    parameter = torch.nn.Parameter(torch.tensor(initial))
    optimizer = kind([parameter], **options)
    scheduler = schedule(optimizer) if schedule else None
    path = np.empty((STEPS, SIZE))
    for step in range(STEPS):
        parameter.grad = torch.tensor(gradients[step])
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_([parameter], max_norm)
        optimizer.step()
        if scheduler and step + 1 < STEPS:
            scheduler.step()
        path[step] = parameter.detach().numpy()
    return path


def one_cycle(rate, steps, **options):
    return lambda optimizer: lr_scheduler.OneCycleLR(optimizer, rate, steps, cycle_momentum=False, **options)


def cosine(steps, minimum):
    return lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, steps, minimum)


def warm_up(steps, following):
    def make(optimizer):
        rise = lr_scheduler.LinearLR(optimizer, start_factor=1 / steps, total_iters=steps - 1)
        return lr_scheduler.SequentialLR(optimizer, [rise, following(optimizer)], milestones=[steps])

    return make


def rates(schedule, steps=60):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = schedule(optimizer)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(found) < steps:
            scheduler.step()
    return found


variants = {
    "sgd": [
        run(SGD, lr=0.1),
        run(SGD, lr=0.1, weight_decay=0.1),
        run(SGD, lr=0.1, momentum=0.9),
        run(SGD, lr=0.1, momentum=0.9, dampening=0.3),
        run(SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-2),
        run(SGD, lr=0.1, momentum=0.9, max_norm=5),
        run(SGD, lr=0.1, momentum=0.8, nesterov=True, schedule=one_cycle(0.1, STEPS)),
    ],
    "adam": [
        run(Adam),
        run(Adam, lr=0.05, betas=(0.8, 0.95), eps=1e-3),
        run(Adam, lr=0.05, weight_decay=0.1),
        run(Adam, lr=0.05, max_norm=5),
    ],
    "adamw": [
        run(AdamW),
        run(AdamW, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.3),
        run(AdamW, lr=0.05, max_norm=5, weight_decay=0.1, schedule=cosine(STEPS, 0.005)),
    ],
    "rmsprop": [
        run(RMSprop),
        run(RMSprop, lr=0.02, alpha=0.9, eps=1e-3, momentum=0.8),
        run(RMSprop, lr=0.02, centered=True),
        run(RMSprop, lr=0.02, alpha=0.9, momentum=0.5, centered=True, weight_decay=0.1),
        run(RMSprop, lr=0.02, max_norm=5, weight_decay=1e-2),
    ],
}
schedules = [
    rates(lambda optimizer: lr_scheduler.StepLR(optimizer, 7, 0.5)),
    rates(cosine(60, 0.1)),
    rates(warm_up(10, cosine(50, 0.01))),
    rates(warm_up(5, lambda optimizer: lr_scheduler.StepLR(optimizer, 20, 0.3))),
    rates(one_cycle(1.0, 60)),
    rates(one_cycle(1.0, 60, pct_start=0.25, div_factor=10, final_div_factor=100)),
]

np.save("optimizers_gradients.npy", gradients)
np.save("optimizers_initial.npy", initial)
for name, paths in variants.items():
    np.save(f"optimizers_{name}.npy", np.array(paths))
np.save("schedules.npy", np.array(schedules))
