// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/neurobench_results.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace snn::cli {

std::string neurobench_json(const NeuroBenchResults& results) {
  nlohmann::ordered_json json = {
      {"Footprint", results.footprint},
      {"ParameterCount", results.parameter_count},
      {"ConnectionSparsity", std::round(results.connection_sparsity * 1e4) / 1e4}};
  if (results.execution_rate_hz) json["ExecutionRate"] = *results.execution_rate_hz;
  if (results.classification_accuracy)
    json["ClassificationAccuracy"] = *results.classification_accuracy;
  json["ActivationSparsity"] = results.activation_sparsity;
  json["SynapticOperations"] = {{"Effective_MACs", results.effective_macs},
                                {"Effective_ACs", results.effective_acs},
                                {"Dense", results.dense}};
  json["MembraneUpdates"] = results.membrane_updates;
  return json.dump(4) + "\n";
}

}  // namespace snn::cli
