// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "python/bindings/watched_run.hpp"
#include "snn/energy/meters/meter.hpp"

namespace snn::python {

/// An open meter. It has one reader at a time: the protocol, or the user.
struct MeterHandle {
  std::unique_ptr<Meter> meter;
  std::atomic<bool> busy = false;

  explicit MeterHandle(std::unique_ptr<Meter> opened) : meter(std::move(opened)) {}
};

}  // namespace snn::python
