// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks a function for host and device. The only macro of the project.
#if defined(__CUDACC__)
#define SNN_HD __host__ __device__
#else
#define SNN_HD
#endif
