// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "cuda/sim/changing.hpp"
#include "cuda/sim/homeostasis.hpp"

namespace snn::cuda {

void ChangingSynapses::add_homeostasis(const CompiledNetwork& network, std::size_t f) {
  const FanOut& fan_out = network.fan_outs[f];
  const Homeostasis& model = *fan_out.homeostasis;
  DeviceHomeostasis device{
      .fan_out = f,
      .interval = std::llround(model.interval_ms / network.dt_ms),
      .targets = fan_out.span,
      .share = HomeostasisShare(model, network.dt_ms, fan_out, 0, fan_out.span),
      .coeffs = {},
      .activity = {},
      .view = {}};
  if (model.rate) {
    const auto coeffs = model.rate->derive<double>(network.dt_ms);
    device.coeffs = gpu::uploaded(stream_, std::span(&coeffs, 1));
    device.activity =
        gpu::uploaded(stream_, std::vector<RateActivity>(static_cast<std::size_t>(fan_out.span)));
    device.view = {
        .coeffs = device.coeffs.data(),
        .activity = device.activity.data(),
        .target =
            network.projections[static_cast<std::size_t>(fan_out.projections.front())].target};
    stream_.synchronize();
  }
  homeostasis_.push_back(std::move(device));
}

std::int64_t ChangingSynapses::until_scaling(std::int64_t tick, std::int64_t most) const {
  for (const DeviceHomeostasis& one : homeostasis_)
    most = std::min(most, one.interval - tick % one.interval);
  return most;
}

void ChangingSynapses::scale(CompiledNetwork& network, std::int64_t tick) {
  for (std::size_t h = 0; h < homeostasis_.size(); ++h) {
    DeviceHomeostasis& one = homeostasis_[h];
    if (!one.share.is_due(tick)) continue;
    FanOut& fan_out = network.fan_outs[one.fan_out];
    PlasticFanOut& plastic = plastic_at(one.fan_out);
    plastic.catch_up(tick);
    gpu::download(stream_, std::span(fan_out.weights.data(), fan_out.weights.size()),
                  static_cast<const float*>(plastic.weights().data()));
    one.share.restore(rates(h));
    one.share.scale(fan_out, static_cast<Tick>(tick),
                    [&](std::int64_t k, std::size_t d) { return fan_out.part(k, d); });
    HomeostasisArrays after;
    one.share.save(after);
    set_rates(h, after);
    gpu::upload(stream_, plastic.weights().data(),
                std::span<const float>(fan_out.weights.data(), fan_out.weights.size()));
  }
}

HomeostasisArrays ChangingSynapses::rates(std::size_t which) const {
  HomeostasisArrays arrays;
  for (const RateActivity& of : gpu::downloaded(stream_, homeostasis_[which].activity)) {
    arrays.rate_hz.push_back(of.rate_hz);
    arrays.factor.push_back(of.factor);
    arrays.seen.push_back(of.seen);
  }
  return arrays;
}

void ChangingSynapses::set_rates(std::size_t which, const HomeostasisArrays& arrays) {
  std::vector<RateActivity> all;
  for (std::size_t n = 0; n < arrays.seen.size(); ++n)
    all.push_back({arrays.rate_hz[n], arrays.factor[n], arrays.seen[n]});
  gpu::upload(stream_, homeostasis_[which].activity.data(), std::span<const RateActivity>(all));
  stream_.synchronize();
}

}  // namespace snn::cuda
