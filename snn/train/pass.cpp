// SPDX-License-Identifier: Apache-2.0
#include "snn/train/pass.hpp"

#include <algorithm>
#include <cmath>
#include <exception>

#include "snn/train/activity.hpp"
#include "snn/train/bits.hpp"

namespace snn {

namespace {

template <class Real>
void present_row(Shard<Real>& shard, int row, const PlannedPopulation& planned,
                 ShardPopulation<Real>& source, int ticks, const BatchInput& input) {
  const EncodedSample sample = input.encoded(shard.first + row);
  if (planned.graded) {
    std::copy(sample.values.begin(), sample.values.end(),
              source.output.begin() + row * planned.size);
    return;
  }
  for (int tick = 0; tick < ticks; ++tick) {
    std::uint64_t* words =
        source.spikes.data() + (std::int64_t{tick} * shard.rows + row) * planned.words;
    for (std::int32_t e = sample.begin[static_cast<std::size_t>(tick)];
         e < sample.begin[static_cast<std::size_t>(tick) + 1]; ++e) {
      const std::uint32_t unit = sample.unit[static_cast<std::size_t>(e)];
      words[unit / 64] |= std::uint64_t{1} << (unit % 64);
    }
  }
}

}  // namespace

template <class Real>
void present(Shard<Real>& shard, const Plan& plan, const TrainOptions& options,
             const BatchInput& input, int threads) {
  const PlannedPopulation& planned = plan.populations[static_cast<std::size_t>(plan.input)];
  ShardPopulation<Real>& source = shard.populations[static_cast<std::size_t>(plan.input)];
  if (planned.spiking) std::fill(source.spikes.begin(), source.spikes.end(), 0);
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
  for (int row = 0; row < shard.rows; ++row) {
    try {
      present_row(shard, row, planned, source, options.ticks, input);
    } catch (...) {
#pragma omp critical(snn_present_failure)
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

template <class Real>
LossValue read_out(Shard<Real>& shard, const Plan& plan, const TrainOptions& options,
                   const BatchInput& input) {
  const auto index = static_cast<std::size_t>(plan.readout);
  const PlannedPopulation& planned = plan.populations[index];
  ShardPopulation<Real>& population = shard.populations[index];
  shard.logits.resize(static_cast<std::size_t>(shard.rows * planned.size));
  std::vector<Real> sums;
  if (!reads_membrane(options.loss)) {
    const std::int64_t answers = std::int64_t{shard.rows} * planned.size;
    sums.assign(static_cast<std::size_t>(answers), Real(0));
    for (int tick = 0; tick < options.ticks; ++tick) {
      for (int row = 0; planned.spiking && row < shard.rows; ++row) {
        Real* sum = sums.data() + row * planned.size;
        for_each_bit(
            population.spikes.data() + (std::int64_t{tick} * shard.rows + row) * planned.words,
            planned.words, [&](std::int64_t n) { sum[n] += Real(1); });
      }
      for (std::int64_t j = 0; !planned.spiking && j < answers; ++j)
        sums[static_cast<std::size_t>(j)] +=
            population.output[static_cast<std::size_t>(tick * answers + j)];
    }
  }
  const auto data = [](auto& array) { return array.empty() ? nullptr : array.data(); };
  const LossValue value = evaluate_loss<Real>(options.loss,
                                              {.ticks = options.ticks,
                                               .batch = shard.rows,
                                               .classes = static_cast<int>(planned.size),
                                               .membrane = population.u.data(),
                                               .output_sum = sums.data(),
                                               .labels = input.labels.data() + shard.first},
                                              data(population.d_membrane),
                                              data(population.d_output), shard.logits.data());
  // The loss gives the gradient of the shard's mean; the batch's mean is wanted.
  const Real share = static_cast<Real>(shard.rows) / static_cast<Real>(input.samples);
  for (Real& d : population.d_membrane) d *= share;
  for (Real& d : population.d_output) d *= share;
  return value;
}

template <class Real>
double regularise(const Pass<Real>& pass, std::vector<std::vector<Real>>& d_output) {
  if (pass.options.lambda_rate == 0 && pass.options.lambda_synops == 0) return 0;
  double dense = 0, penalty = 0;
  for (const PlannedProjection& projection : pass.plan.projections)
    dense += static_cast<double>(fan_out_total(projection));
  for (std::size_t p = 0; p < pass.plan.populations.size(); ++p) {
    const PlannedPopulation& planned = pass.plan.populations[p];
    if (planned.source || !planned.spiking) continue;
    std::vector<std::int64_t> spikes(static_cast<std::size_t>(planned.size));
    for (const Shard<Real>& shard : pass.shards) {
      for (std::int64_t row = 0; row < std::int64_t{pass.options.ticks} * shard.rows; ++row) {
        for_each_bit(shard.populations[p].spikes.data() + row * planned.words, planned.words,
                     [&](std::int64_t n) { ++spikes[static_cast<std::size_t>(n)]; });
      }
    }
    std::vector<Real>& constant = d_output[p];
    constant.assign(spikes.size(), Real(0));
    const double places = static_cast<double>(pass.samples) * pass.options.ticks;
    for (std::size_t n = 0; n < spikes.size(); ++n) {
      const double excess = static_cast<double>(spikes[n]) / places - pass.options.target_rate;
      const double share = pass.options.lambda_rate / static_cast<double>(planned.size);
      penalty += share * excess * excess;
      double slope = 2.0 * share * excess / places;
      for (const int q : planned.outputs) {
        const PlannedProjection& projection = pass.plan.projections[static_cast<std::size_t>(q)];
        const double price =
            pass.options.lambda_synops *
            static_cast<double>(
                fan_out(projection, static_cast<std::int64_t>(n),
                        pass.plan.populations[static_cast<std::size_t>(projection.target)].size)) /
            dense / pass.samples;
        penalty += price * static_cast<double>(spikes[n]);
        slope += price;
      }
      constant[n] = static_cast<Real>(slope);
    }
  }
  return penalty;
}

template <class Real>
void add_coefficient_gradients(const Pass<Real>& pass, std::span<Real> gradient) {
  for (std::size_t p = 0; p < pass.plan.populations.size(); ++p) {
    const PlannedPopulation& planned = pass.plan.populations[p];
    const bool shared = planned.learnt == 1;
    const auto add = [&](std::size_t offset, auto member, auto factor) {
      if (offset == no_parameter) return;
      for (const Shard<Real>& shard : pass.shards) {
        const auto& sums = shard.populations[p].*member;
        for (std::size_t n = 0; n < sums.size(); ++n) {
          const std::size_t at = offset + (shared ? 0 : n);
          gradient[at] += sums[n] * factor(pass.parameters[at]);
        }
      }
    };
    add(planned.decay, &ShardPopulation<Real>::d_decay, [](Real logit) {
      const Real decay = Real(1) / (Real(1) + std::exp(-logit));
      return decay * (Real(1) - decay);
    });
    add(planned.threshold, &ShardPopulation<Real>::d_threshold, [](Real) { return Real(1); });
  }
}

template void present(Shard<float>&, const Plan&, const TrainOptions&, const BatchInput&, int);
template LossValue read_out(Shard<float>&, const Plan&, const TrainOptions&, const BatchInput&);
template double regularise(const Pass<float>&, std::vector<std::vector<float>>&);
template void add_coefficient_gradients(const Pass<float>&, std::span<float>);
template void present(Shard<double>&, const Plan&, const TrainOptions&, const BatchInput&, int);
template LossValue read_out(Shard<double>&, const Plan&, const TrainOptions&, const BatchInput&);
template double regularise(const Pass<double>&, std::vector<std::vector<double>>&);
template void add_coefficient_gradients(const Pass<double>&, std::span<double>);

}  // namespace snn
