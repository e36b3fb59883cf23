// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything a user's program needs.
<<<<<<< HEAD
#include "snn/energy/carbon/carbon.hpp"
#include "snn/energy/models/break_even.hpp"
#include "snn/energy/models/common_models.hpp"
#include "snn/energy/protocol/measure.hpp"
=======
#include "snn/energy/models/models.hpp"
#include "snn/energy/protocol/figures.hpp"
#include "snn/energy/protocol/run_marks.hpp"
>>>>>>> energy-protocol
#include "snn/io/load.hpp"
#include "snn/io/network_file.hpp"
#include "snn/io/spike_file.hpp"
#include "snn/io/state_file.hpp"
#include "snn/math/izhikevich_patterns.hpp"
#include "snn/model/benchmark_networks.hpp"
#include "snn/model/network.hpp"
#include "snn/model/validate.hpp"
#include "snn/model/version.hpp"
#include "snn/record/spike_statistics.hpp"
#include "snn/sim/simulation.hpp"
#include "snn/train/classifier.hpp"
#include "snn/train/encode.hpp"
#include "snn/train/loss.hpp"
#include "snn/train/optimizer.hpp"
#include "snn/train/options.hpp"
#include "snn/train/trainer.hpp"
#include "snn/train/twin.hpp"
