// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/commands.hpp"

int main(int argc, char** argv) {
  return snn::cli::run(argc, argv);
}
