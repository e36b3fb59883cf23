# SPDX-License-Identifier: Apache-2.0
"""Arrays in and out without a detour: samples of another library train, and the weights go back to
where they are trained, on the CPU or on a CUDA device.

Run: python examples/16_arrays_of_other_libraries.py [device, as cuda:0]
"""

import sys

import numpy as np

import snn

device = sys.argv[1] if len(sys.argv) > 1 else "cpu"
digits = snn.load_digits()
try:
    import torch
    images, labels = torch.from_numpy(digits.data.values.copy()), torch.tensor(digits.data.labels)
    if device != "cpu":
        images, labels = images.to(device), labels.to(device)
except ImportError:  # NumPy's arrays hand over their memory in the same way
    images, labels = digits.data.values, digits.data.labels

data = snn.Dataset.from_images(images, labels, full_scale=16)
trainer = snn.Trainer(snn.classifier(data, hidden=[32]), data, digits.split, epochs=5,
                      learning_rate=0.01, device=device, loss=snn.MeanMembraneCrossEntropy())
weights = trainer.parameters()["input->hidden1.weight"]  # where training has them: they will change
on_host = weights.to_numpy if isinstance(weights, snn.DeviceArray) else weights.copy
before = on_host()
for epoch in trainer:
    moved = np.abs(on_host() - before).mean()
    print(f"epoch {epoch.epoch + 1}: accuracy {epoch.validation_accuracy:.3f}, weights moved by "
          f"{moved:.4f} on average")
print(weights if isinstance(weights, snn.DeviceArray) else f"NumPy's array of {weights.shape}")
