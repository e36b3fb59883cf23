// SPDX-License-Identifier: Apache-2.0
#include "snn/model/version.hpp"

#include "snn/model/commit.hpp"

namespace snn {

std::string_view version() {
  return generated::version;
}
std::string_view commit() {
  return generated::commit;
}

BuildOptions build_options() {
  return {.compiler = generated::compiler,
          .build_type = generated::build_type,
          .flags = generated::flags,
          .sanitizers = generated::sanitizers};
}

}  // namespace snn
