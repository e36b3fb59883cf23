# SPDX-License-Identifier: Apache-2.0
# The kernels and what calls them, which two targets compile: snn_cuda by nvcc, and, for tests,
# snn_cuda_emulated by the host's compiler (tests/support/simt).
set(snn_cuda_sources
  sim/changing.cu
  sim/cuda_backend.cu
  sim/device_network.cu
  sim/device_rows.cu
  sim/homeostasis.cu
  sim/observe.cu
  sim/persistent.cu
  sim/plastic_fan_out.cu
  sim/row_builder.cu
  sim/state.cu
  sim/synapses.cu
  sim/update.cu)
