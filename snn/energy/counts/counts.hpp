// SPDX-License-Identifier: Apache-2.0
#pragma once

/// All that counts operations. Definitions: docs/counts.md.
#include "snn/energy/counts/dialects.hpp"
#include "snn/energy/counts/neurobench.hpp"
#include "snn/energy/counts/operations.hpp"
#include "snn/energy/counts/raw_counts.hpp"
#include "snn/energy/counts/samples.hpp"
