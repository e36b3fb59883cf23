// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "atomics.hpp"
#include "calls.hpp"
#include "cuda_words.hpp"
#include "intrinsics.hpp"
#include "options.hpp"
#include "warp_calls.hpp"

/// CUDA's execution model on the CPU, for tests: every thread of a kernel is a fiber, which runs
/// until it has to wait (__syncthreads, a warp call, a grid barrier); then another one does. A
/// whole grid runs on the thread that launches it, the same way each time.
///
/// `launch` throws simt::Error, with file and line, for barriers or warp calls that threads do not
/// agree in, for masks that name a lane that has ended or waits elsewhere, for threads that wait
/// for ever, and for launches beyond CUDA's limits. Shared and device memory start as poison;
/// AddressSanitizer and ThreadSanitizer see each CUDA thread as a thread with a stack of its own.
/// Not here: tensor cores, inline PTX, clusters, textures, the weak order of memory accesses.
