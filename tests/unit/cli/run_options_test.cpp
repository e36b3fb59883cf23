// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/run_options.hpp"

#include <gtest/gtest.h>

#include "snn/model/errors.hpp"

namespace snn::cli {
namespace {

template <class T>
const T& as(const auto& variant) {
  return std::get<T>(variant);
}

RunOptions changed(auto&& change) {
  RunOptions options;
  change(options);
  return options;
}
TrainOptions trained(auto&& change) {
  return train_options(changed(change), 1.0);
}
ClassifierOptions classified(auto&& change) {
  return classifier_options(changed(change));
}
RunOptions timed(int steps, double dt_ms) {
  return changed([&](RunOptions& o) {
    o.steps = steps;
    o.dt_ms = dt_ms;
  });
}

TEST(RunOptions, NumbersReachTheTrainer) {
  const TrainOptions t = trained([](RunOptions& o) {
    o.steps = 7;
    o.epochs = 8;
    o.batch = 9;
    o.lr = 0.25;
    o.seed = 11;
    o.threads = 3;
    o.device = "cuda:1";
    o.precision = "bf16";
    o.clip_norm = 0.5;
    o.lambda_rate = 0.125;
    o.target_rate = 0.75;
    o.lambda_synops = 2.5;
    o.learn_tau = true;
    o.patience = 13;
    o.augment = {10, 2};
    o.checkpoint = "run.h5";
    o.resume = true;
  });
  EXPECT_EQ(t.dt_ms, 1.0);
  EXPECT_EQ(t.ticks, 7);
  EXPECT_EQ(t.epochs, 8);
  EXPECT_EQ(t.batch, 9);
  EXPECT_EQ(t.learning_rate, 0.25);
  EXPECT_EQ(t.seed, 11u);
  EXPECT_EQ(t.threads, 3);
  EXPECT_EQ(t.device, "cuda:1");
  EXPECT_EQ(t.precision, Precision::bf16);
  EXPECT_EQ(t.clip_norm, 0.5);
  EXPECT_EQ(t.lambda_rate, 0.125);
  EXPECT_EQ(t.target_rate, 0.75);
  EXPECT_EQ(t.lambda_synops, 2.5);
  EXPECT_TRUE(t.learn_tau);
  EXPECT_FALSE(t.learn_threshold);
  EXPECT_EQ(t.patience, 13);
  EXPECT_EQ(t.augmentation.rotation_deg, 10);
  EXPECT_EQ(t.augmentation.shift_px, 2);
  EXPECT_EQ(t.augmentation.scale, 0);
  EXPECT_EQ(t.augmentation.shear, 0);
  EXPECT_EQ(t.checkpoint, "run.h5");
  EXPECT_TRUE(t.resume);
  EXPECT_TRUE(trained([](RunOptions& o) { o.learn_threshold = true; }).learn_threshold);
}

TEST(RunOptions, NamesMeanWhatTheyName) {
  const auto optimizer = [](const char* name, double decay) {
    return trained([&](RunOptions& o) {
             o.optimizer = name;
             o.weight_decay = decay;
           })
        .optimizer;
  };
  EXPECT_EQ(as<Adam>(optimizer("adam", -1)).weight_decay, 0.0);
  EXPECT_EQ(as<Adam>(optimizer("adam", 0.5)).weight_decay, 0.5);
  EXPECT_EQ(as<AdamW>(optimizer("adamw", -1)).weight_decay, 0.01);
  EXPECT_EQ(as<AdamW>(optimizer("adamw", 0)).weight_decay, 0.0);
  EXPECT_EQ(as<Sgd>(optimizer("sgd", 0.25)).weight_decay, 0.25);

  const auto schedule = [](const char* name) {
    return trained([&](RunOptions& o) { o.schedule = name; }).schedule;
  };
  EXPECT_TRUE(std::holds_alternative<CosineRate>(schedule("cosine")));
  EXPECT_TRUE(std::holds_alternative<StepRate>(schedule("step")));
  EXPECT_TRUE(std::holds_alternative<PlateauRate>(schedule("plateau")));
  EXPECT_TRUE(std::holds_alternative<ConstantRate>(schedule("constant")));

  const auto loss = [](const char* name) {
    return trained([&](RunOptions& o) { o.loss = name; }).loss;
  };
  EXPECT_TRUE(std::holds_alternative<MeanMembraneCrossEntropy>(loss("mean-membrane")));
  EXPECT_TRUE(std::holds_alternative<MaxMembraneCrossEntropy>(loss("max-membrane")));
  EXPECT_TRUE(std::holds_alternative<CountCrossEntropy>(loss("count")));
  EXPECT_TRUE(std::holds_alternative<CountMse>(loss("count-mse")));
}

TEST(RunOptions, SurrogatesTakeTheirSlope) {
  const auto surrogate = [](const char* name, double slope) {
    return trained([&](RunOptions& o) {
             o.surrogate = name;
             o.surrogate_slope = slope;
           })
        .surrogate;
  };
  EXPECT_EQ(as<Arctan>(surrogate("arctan", 0)).alpha, Arctan{}.alpha);
  EXPECT_EQ(as<Arctan>(surrogate("arctan", 8)).alpha, 8);
  EXPECT_EQ(as<FastSigmoid>(surrogate("fast-sigmoid", 0)).beta, FastSigmoid{}.beta);
  EXPECT_EQ(as<FastSigmoid>(surrogate("fast-sigmoid", 8)).beta, 8);
  EXPECT_EQ(as<Sigmoid>(surrogate("sigmoid", 8)).k, 8);
  EXPECT_EQ(as<Triangle>(surrogate("triangle", 8)).width, 0.125);
  EXPECT_EQ(as<PiecewiseQuadratic>(surrogate("piecewise-quadratic", 8)).alpha, 8);
  EXPECT_EQ(as<Boxcar>(surrogate("boxcar", 8)).width, 0.125);
  EXPECT_EQ(as<Exponential>(surrogate("exponential", 8)).alpha, 8);
  EXPECT_EQ(as<Gaussian>(surrogate("gaussian", 8)).sigma, 0.125);
  EXPECT_EQ(as<MultiGaussian>(surrogate("multi-gaussian", 8)).sigma, 0.125);
}

TEST(RunOptions, ReachTheNetwork) {
  const ClassifierOptions c = classified([](RunOptions& o) {
    o.hidden = {5, 6};
    o.recurrent = true;
    o.tau = 3;
    o.tau_syn = 4;
    o.tau_out = 5;
    o.delay = 6;
    o.gain = 7;
  });
  EXPECT_EQ(c.hidden, (std::vector<std::int64_t>{5, 6}));
  EXPECT_TRUE(c.recurrent);
  EXPECT_EQ(c.tau_m_ticks, 3);
  EXPECT_EQ(c.tau_syn_ticks, 4);
  EXPECT_EQ(c.tau_out_ticks, 5);
  EXPECT_EQ(c.delay_ticks, 6);
  EXPECT_EQ(c.gain, 7);
  EXPECT_FALSE(c.spiking_readout);
  for (const char* loss : {"count", "count-mse"})
    EXPECT_TRUE(classified([&](RunOptions& o) { o.loss = loss; }).spiking_readout);
  const auto encoding = [](const char* name) {
    return classified([&](RunOptions& o) { o.encode = name; }).encoding;
  };
  EXPECT_EQ(encoding("direct"), Encoding::direct);
  EXPECT_EQ(encoding("rate"), Encoding::rate);
  EXPECT_EQ(encoding("latency"), Encoding::latency);
  const auto neuron = [](const char* name) {
    return classified([&](RunOptions& o) { o.neuron = name; }).neuron;
  };
  EXPECT_EQ(neuron("lif"), HiddenNeuron::lif);
  EXPECT_EQ(neuron("if"), HiddenNeuron::integrate_and_fire);
  EXPECT_EQ(neuron("cuba"), HiddenNeuron::cuba);
  EXPECT_EQ(neuron("adaptive"), HiddenNeuron::adaptive);
  EXPECT_EQ(classified([](RunOptions& o) { o.reset = "value"; }).reset, Reset::to_value);
  EXPECT_EQ(classified([](RunOptions& o) { o.reset = "subtract"; }).reset, Reset::subtract);
}

TEST(RunOptions, UnknownNamesAreMistakesThatNameTheFlag) {
  const auto expect_mistake = [](const char* flag, auto&& action) {
    try {
      action();
      ADD_FAILURE() << flag;
    } catch (const ConfigError& error) {
      EXPECT_EQ(error.field, flag);
      EXPECT_EQ(error.value, "odd");
      EXPECT_FALSE(error.allowed.empty());
    }
  };
  expect_mistake("--surrogate", [] { trained([](RunOptions& o) { o.surrogate = "odd"; }); });
  expect_mistake("--optimizer", [] { trained([](RunOptions& o) { o.optimizer = "odd"; }); });
  expect_mistake("--schedule", [] { trained([](RunOptions& o) { o.schedule = "odd"; }); });
  expect_mistake("--loss", [] { trained([](RunOptions& o) { o.loss = "odd"; }); });
  expect_mistake("--encode", [] { classified([](RunOptions& o) { o.encode = "odd"; }); });
  expect_mistake("--neuron", [] { classified([](RunOptions& o) { o.neuron = "odd"; }); });
  expect_mistake("--reset", [] { classified([](RunOptions& o) { o.reset = "odd"; }); });
  expect_mistake("--data", [] { load_data(changed([](RunOptions& o) { o.data = "odd"; })); });
}

TEST(TickLength, IsGivenOrOneMillisecondForImages) {
  const Dataset images;
  EXPECT_EQ(tick_ms({}, images), 1.0);
  EXPECT_EQ(tick_ms(timed(25, 0.5), images), 0.5);
}

TEST(TickLength, LetsTheStepsCoverNineteenInTwentyRecordings) {
  // 21 recordings that last 10, 20, ... 210 ms, and an empty one: the 20th of 21 is 200 ms long.
  Events events;
  events.begin = {0};
  for (int i = 1; i <= 21; ++i) {
    events.time_s.push_back(0.0f);
    events.time_s.push_back(0.01f * static_cast<float>(i));
    events.unit.insert(events.unit.end(), {0, 0});
    events.begin.push_back(2 * i);
  }
  events.begin.push_back(42);
  Dataset data;
  data.data = events;
  EXPECT_NEAR(tick_ms(timed(50, 0), data), 4.0, 0.11);  // rounded up to a tenth
  EXPECT_NEAR(tick_ms(timed(10, 0), data), 20.0, 0.11);
  EXPECT_EQ(tick_ms(timed(50, 3), data), 3.0);
}

}  // namespace
}  // namespace snn::cli
