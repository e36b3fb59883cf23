# SPDX-License-Identifier: Apache-2.0
# Training on the device, which two targets compile: snn_cuda_train by nvcc, and, for tests,
# snn_cuda_train_emulated by the host's compiler (tests/support/train_simt).
set(snn_cuda_layer_sources
  train/backward_scan.cu
  train/convert.cu
  train/device_product.cu
  train/forward_scan.cu
  train/gather.cu)
set(snn_cuda_train_sources
  ${snn_cuda_layer_sources}
  train/device_backward.cu
  train/device_counts.cu
  train/device_engine.cu
  train/device_forward.cu
  train/device_loss.cu
  train/device_parameters.cu
  train/device_tally.cu
  train/device_work.cu
  train/layer_ops.cu)

# The libraries it takes; the emulation has plain loops instead.
set(snn_cuda_blas_sources
  blas/cublaslt.cu)
