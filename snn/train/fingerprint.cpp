// SPDX-License-Identifier: Apache-2.0
#include "snn/train/fingerprint.hpp"

#include <sstream>

#include "snn/io/network_file.hpp"

namespace snn {
namespace {

/// The fields of a choice, each after a blank.
struct Fields {
  std::ostringstream& text;

  template <class... Values>
  void write(std::string_view name, const Values&... values) {
    text << name;
    ((text << ' ' << values), ...);
  }
  void operator()(const FastSigmoid& s) { write(s.name, s.beta, s.scale); }
  void operator()(const Arctan& s) { write(s.name, s.alpha, s.scale); }
  void operator()(const Sigmoid& s) { write(s.name, s.k, s.scale); }
  void operator()(const Triangle& s) { write(s.name, s.height, s.width); }
  void operator()(const PiecewiseQuadratic& s) { write(s.name, s.alpha); }
  void operator()(const Boxcar& s) { write(s.name, s.height, s.width); }
  void operator()(const Exponential& s) { write(s.name, s.alpha, s.scale); }
  void operator()(const Gaussian& s) { write(s.name, s.sigma, s.scale); }
  void operator()(const MultiGaussian& s) { write(s.name, s.sigma, s.h, s.s); }
  void operator()(const Sgd& o) { write("sgd", o.momentum, o.weight_decay); }
  void operator()(const Adam& o) { write("adam", o.beta1, o.beta2, o.epsilon, o.weight_decay); }
  void operator()(const AdamW& o) { write("adamw", o.beta1, o.beta2, o.epsilon, o.weight_decay); }
  void operator()(const ConstantRate&) { write("constant"); }
  void operator()(const CosineRate& s) { write("cosine", s.final_fraction); }
  void operator()(const StepRate& s) { write("step", s.every, s.factor); }
  void operator()(const PlateauRate& s) { write("plateau", s.patience, s.factor); }
  void operator()(const CountCrossEntropy&) { write("count"); }
  void operator()(const MaxMembraneCrossEntropy&) { write("max-membrane"); }
  void operator()(const MeanMembraneCrossEntropy&) { write("mean-membrane"); }
  void operator()(const CountMse& l) { write("count-mse", l.correct_rate, l.incorrect_rate); }
};

}  // namespace

std::string digest_of(const Network& network) {
  Hdf5File file = Hdf5File::in_memory("network");
  write_network(file, "/network", network);
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::byte byte : file.close_to_bytes()) {
    hash ^= static_cast<std::uint64_t>(byte);
    hash *= 0x100000001b3u;
  }
  std::ostringstream text;
  text << std::hex << hash;
  return text.str();
}

std::string fingerprint(const std::string& network_digest, const Dataset& data, const Split& split,
                        const TrainOptions& o) {
  std::ostringstream text;
  Fields fields{text};
  const auto choice = [&](const char* name, const auto& variant) {
    text << ", " << name << ' ';
    std::visit(fields, variant);
  };
  text << std::hexfloat << std::boolalpha << "network " << network_digest << ", data " << data.name
       << ' ' << data.size() << ", train " << split.train.size() << ", validation "
       << split.validation.size() << ", dt_ms " << o.dt_ms << ", ticks " << o.ticks << ", epochs "
       << o.epochs << ", batch " << o.batch << ", learning_rate " << o.learning_rate << ", seed "
       << o.seed;
  choice("surrogate", o.surrogate);
  choice("loss", o.loss);
  choice("optimizer", o.optimizer);
  choice("schedule", o.schedule);
  text << ", detach_reset " << o.detach_reset << ", clip_norm " << o.clip_norm << ", lambda_rate "
       << o.lambda_rate << ", target_rate " << o.target_rate << ", lambda_synops "
       << o.lambda_synops << ", learn_tau " << o.learn_tau << ", learn_threshold "
       << o.learn_threshold << ", patience " << o.patience << ", augmentation "
       << o.augmentation.rotation_deg << ' ' << o.augmentation.shift_px << ' '
       << o.augmentation.scale << ' ' << o.augmentation.shear << ' ' << o.augmentation.shift_units
       << ' ' << o.augmentation.stretch << ' ' << o.augmentation.drop;
  return text.str();
}

}  // namespace snn
