// SPDX-License-Identifier: Apache-2.0
#include "snn/train/train_options_check.hpp"

#include <cmath>
#include <sstream>

#include "snn/model/errors.hpp"

namespace snn {
namespace {

void require(bool fine, const char* field, double value, const char* unit, const char* allowed) {
  if (fine) return;
  std::ostringstream text;
  text << value << unit;
  throw ConfigError("training options", field, text.str(), allowed);
}

void check_optimizer(const OptimizerKind& kind) {
  if (const auto* sgd = std::get_if<Sgd>(&kind)) {
    require(sgd->momentum >= 0 && sgd->momentum < 1, "momentum", sgd->momentum, "",
            "0 <= momentum < 1");
    require(sgd->weight_decay >= 0 && std::isfinite(sgd->weight_decay), "weight_decay",
            sgd->weight_decay, "", ">= 0");
    return;
  }
  const auto check = [](const auto& adam) {
    require(adam.beta1 >= 0 && adam.beta1 < 1, "beta1", adam.beta1, "", "0 <= beta1 < 1");
    require(adam.beta2 >= 0 && adam.beta2 < 1, "beta2", adam.beta2, "", "0 <= beta2 < 1");
    require(adam.epsilon > 0 && std::isfinite(adam.epsilon), "epsilon", adam.epsilon, "", "> 0");
    require(adam.weight_decay >= 0 && std::isfinite(adam.weight_decay), "weight_decay",
            adam.weight_decay, "", ">= 0");
  };
  if (const auto* adam = std::get_if<Adam>(&kind)) check(*adam);
  if (const auto* adamw = std::get_if<AdamW>(&kind)) check(*adamw);
}

void check_schedule(const Schedule& schedule) {
  if (const auto* cosine = std::get_if<CosineRate>(&schedule)) {
    require(cosine->final_fraction >= 0 && cosine->final_fraction <= 1, "final_fraction",
            cosine->final_fraction, "", "0 .. 1");
  } else if (const auto* step = std::get_if<StepRate>(&schedule)) {
    require(step->every >= 1, "every", step->every, " epochs", ">= 1 epoch");
    require(step->factor > 0 && step->factor <= 1, "factor", step->factor, "", "0 < factor <= 1");
  } else if (const auto* plateau = std::get_if<PlateauRate>(&schedule)) {
    require(plateau->patience >= 1, "patience", plateau->patience, " epochs", ">= 1 epoch");
    require(plateau->factor > 0 && plateau->factor < 1, "factor", plateau->factor, "",
            "0 < factor < 1");
  }
}

}  // namespace

void check_options(const TrainOptions& options) {
  require(std::isfinite(options.dt_ms) && options.dt_ms > 0, "dt_ms", options.dt_ms, " ms",
          "> 0 ms");
  require(options.ticks >= 1 && options.ticks <= 1 << 20, "ticks", options.ticks, "",
          "1 .. 1048576");
  require(options.epochs >= 1, "epochs", options.epochs, "", ">= 1");
  require(options.batch >= 1 && options.batch <= 1 << 20, "batch", options.batch, " samples",
          "1 .. 1048576 samples");
  require(std::isfinite(options.learning_rate) && options.learning_rate > 0, "learning_rate",
          options.learning_rate, "", "> 0");
  require(options.threads >= 1 && options.threads <= 4096, "threads", options.threads, "",
          "0 (all) .. 4096");
  require(std::isfinite(options.clip_norm) && options.clip_norm >= 0, "clip_norm",
          options.clip_norm, "", ">= 0 (0: none)");
  require(std::isfinite(options.lambda_rate) && options.lambda_rate >= 0, "lambda_rate",
          options.lambda_rate, "", ">= 0");
  require(options.target_rate >= 0 && options.target_rate <= 1, "target_rate", options.target_rate,
          " spikes per tick", "0 .. 1 spikes per tick");
  require(std::isfinite(options.lambda_synops) && options.lambda_synops >= 0, "lambda_synops",
          options.lambda_synops, "", ">= 0");
  require(options.patience >= 0, "patience", options.patience, " epochs",
          ">= 0 epochs (0: never stop)");
  const Augmentation& a = options.augmentation;
  require(std::isfinite(a.rotation_deg) && a.rotation_deg >= 0, "augmentation.rotation_deg",
          a.rotation_deg, " degrees", ">= 0 degrees");
  require(std::isfinite(a.shift_px) && a.shift_px >= 0, "augmentation.shift_px", a.shift_px,
          " pixels", ">= 0 pixels");
  require(a.scale >= 0 && a.scale < 1, "augmentation.scale", a.scale, "", "0 <= scale < 1");
  require(std::isfinite(a.shear) && a.shear >= 0, "augmentation.shear", a.shear, "", ">= 0");
  require(a.shift_units >= 0 && a.shift_units <= 1e9, "augmentation.shift_units", a.shift_units,
          " units", "0 .. 1e9 units");
  require(a.stretch >= 0 && a.stretch < 1, "augmentation.stretch", a.stretch, "",
          "0 <= stretch < 1");
  require(a.drop >= 0 && a.drop < 1, "augmentation.drop", a.drop, "", "0 <= drop < 1");
  if (options.resume && options.checkpoint.empty()) {
    throw ConfigError("training options", "resume", "true", "only with a checkpoint file");
  }
  check_optimizer(options.optimizer);
  check_schedule(options.schedule);
}

void check_split(const Dataset& data, const Split& split) {
  if (split.train.empty()) throw ConfigError("split", "train", "no samples", "at least one");
  if (split.validation.empty())
    throw ConfigError("split", "validation", "no samples",
                      "at least one: it chooses the best epoch");
  std::vector<std::uint8_t> part(static_cast<std::size_t>(data.size()));
  const auto mark = [&](const std::vector<std::int64_t>& samples, const char* name,
                        std::uint8_t bit, std::uint8_t others) {
    for (const std::int64_t sample : samples) {
      if (sample < 0 || sample >= data.size()) {
        throw ConfigError("split", name, "sample " + std::to_string(sample),
                          "0 .. " + std::to_string(data.size() - 1));
      }
      auto& marks = part[static_cast<std::size_t>(sample)];
      if ((marks & others) != 0) {
        throw ConfigError("split", name, "sample " + std::to_string(sample) + " of another part",
                          "parts without common samples");
      }
      marks = static_cast<std::uint8_t>(marks | bit);
    }
  };
  mark(split.train, "train", 1, 0);
  mark(split.validation, "validation", 2, 1);
  mark(split.test, "test", 4, 3);
}

}  // namespace snn
