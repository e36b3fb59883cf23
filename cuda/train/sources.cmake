# SPDX-License-Identifier: Apache-2.0
# Training on the device, which two targets compile: snn_cuda_train by nvcc, and, for tests,
# snn_cuda_train_emulated by the host's compiler (tests/support/train_simt).
set(snn_cuda_train_sources
  train/backward_scan.cu
  train/forward_scan.cu)
