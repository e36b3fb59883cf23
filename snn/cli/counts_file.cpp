// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/counts_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "snn/cli/counts_fields.hpp"
#include "snn/cli/counts_short.hpp"
#include "snn/io/atomic_file.hpp"

namespace snn::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t counts_schema = 1;
constexpr std::string_view counts_format = "snn counts";
constexpr std::int64_t most_samples = 1'000'000'000'000, most_ticks = 1'000'000'000;

void require_at_most(const std::string& object, const std::string& field, std::uint64_t value,
                     std::uint64_t most, const std::string& of) {
  if (value <= most) return;
  throw ConfigError(object, field, std::to_string(value),
                    "at most " + std::to_string(most) + ", " + of);
}

std::uint64_t product(std::initializer_list<std::int64_t> factors) {
  std::uint64_t value = 1;
  for (const std::int64_t factor : factors) {
    // Beyond 64 bits nothing is too large.
    if (__builtin_mul_overflow(value, static_cast<std::uint64_t>(factor), &value))
      return std::numeric_limits<std::uint64_t>::max();
  }
  return value;
}

void check(const ProjectionCounts& q, const RawCounts& raw, const std::string& object) {
  require_at_most(object, "nonzero_synapses", static_cast<std::uint64_t>(q.nonzero_synapses),
                  static_cast<std::uint64_t>(q.synapses), "synapses");
  require_at_most(object, "dense_events", q.dense_events,
                  product({q.synapses, raw.ticks, raw.samples}), "synapses x ticks x samples");
  require_at_most(object, "synaptic_events", q.synaptic_events, q.dense_events, "dense_events");
  require_at_most(object, "effective_events", q.effective_events, q.synaptic_events,
                  "synaptic_events");
  require_at_most(object, "source_events", q.source_events,
                  product({q.source_size, raw.ticks, raw.samples}),
                  "source_size x ticks x samples");
  if (!q.values) return;
  const ValueCounts& v = *q.values;
  require_at_most(object, "graded_synaptic", v.graded_synaptic, q.synaptic_events,
                  "synaptic_events");
  require_at_most(object, "binary_synaptic", v.binary_synaptic, q.synaptic_events,
                  "synaptic_events");
  for (const auto& [field, value] : {std::pair{"graded_effective", v.graded_effective},
                                     {"ternary_effective", v.ternary_effective},
                                     {"binary_effective", v.binary_effective}})
    require_at_most(object, field, value, q.effective_events, "effective_events");
  require_at_most(object, "nonbinary_calls", v.nonbinary_calls, product({raw.ticks, raw.samples}),
                  "ticks x samples");
}

template <class Each>
void each_of(JsonObject& file, const std::string& field, const Each& each) {
  const nlohmann::json& list = file.take(field, "a list in [ ]");
  if (!list.is_array())
    throw ConfigError(file.name(), field, JsonObject::shown(list), "a list in [ ]");
  for (std::size_t n = 0; n < list.size(); ++n) each(list[n], n);
}

RawCounts read_long(JsonObject& file, const std::string& origin) {
  RawCounts raw;
  const auto bounded = [&](const char* field, std::int64_t& value, std::int64_t most) {
    file.read(field, value);
    if (value < 1 || value > most)
      throw ConfigError(file.name(), field, std::to_string(value), "1 .. " + std::to_string(most));
  };
  bounded("samples", raw.samples, most_samples);
  bounded("ticks", raw.ticks, most_ticks);
  each_of(file, "projections", [&](const nlohmann::json& entry, std::size_t n) {
    JsonObject object(entry, origin + ": projection " + std::to_string(n + 1));
    ProjectionCounts q;
    visit_projection(q, [&](const char* field, auto& value) { object.read(field, value); });
    object.rename(origin + ": projection \"" + q.name + "\"");
    object.may_have("values");
    if (object.has("values")) {
      JsonObject values(object.take("values", "an object"), object.name() + ", values");
      visit_values(q.values.emplace(),
                   [&](const char* field, auto& value) { values.read(field, value); });
      values.refuse_others();
    }
    object.refuse_others();
    check(q, raw, object.name());
    raw.projections.push_back(std::move(q));
  });
  each_of(file, "populations", [&](const nlohmann::json& entry, std::size_t n) {
    JsonObject object(entry, origin + ": population " + std::to_string(n + 1));
    PopulationCounts p;
    visit_population(p, [&](const char* field, auto& value) { object.read(field, value); });
    object.rename(origin + ": population \"" + p.name + "\"");
    object.refuse_others();
    const std::uint64_t places = product({p.size, raw.ticks, raw.samples});
    require_at_most(object.name(), "spikes", p.spikes, places, "size x ticks x samples");
    require_at_most(object.name(), "membrane_updates", p.membrane_updates, places,
                    "size x ticks x samples");
    raw.populations.push_back(std::move(p));
  });
  return raw;
}

}  // namespace

std::string counts_text(const CountsFile& file) {
  Json json = {{"format", counts_format}, {"schema", counts_schema}, {"name", file.name}};
  if (file.accuracy) json["accuracy"] = *file.accuracy;
  json["samples"] = file.counts.samples;
  json["ticks"] = file.counts.ticks;
  json["projections"] = Json::array();
  for (const ProjectionCounts& q : file.counts.projections) {
    Json& entry = json["projections"].emplace_back(Json::object());
    visit_projection(q, [&](const char* field, const auto& value) { entry[field] = value; });
    if (!q.values) continue;
    visit_values(*q.values,
                 [&](const char* field, const auto& value) { entry["values"][field] = value; });
  }
  json["populations"] = Json::array();
  for (const PopulationCounts& p : file.counts.populations) {
    Json& entry = json["populations"].emplace_back(Json::object());
    visit_population(p, [&](const char* field, const auto& value) { entry[field] = value; });
  }
  return json.dump(2) + "\n";
}

void write_counts(const std::filesystem::path& path, const CountsFile& file) {
  write_atomically(path, std::string_view(counts_text(file)));
}

CountsFile counts_of_text(std::string_view text, const std::string& origin) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw FileError(origin, "byte " + std::to_string(error.byte),
                    "is not JSON: " + std::string(error.what()));
  } catch (const nlohmann::json::exception& error) {  // a number beyond the range of double
    throw FileError(origin, "", "is not JSON that can be read: " + std::string(error.what()));
  }
  JsonObject object(json, origin);
  std::string format;
  object.read("format", format);
  if (format != counts_format)
    throw ConfigError(origin, "format", "\"" + format + "\"",
                      "\"" + std::string(counts_format) + "\"");
  std::int64_t schema = 0;
  object.read("schema", schema);
  if (schema != counts_schema)
    throw ConfigError(origin, "schema", std::to_string(schema), std::to_string(counts_schema));
  CountsFile file;
  object.may_have("name");
  if (object.has("name")) object.read("name", file.name);
  object.may_have("accuracy");
  if (object.has("accuracy")) file.accuracy = object.number("accuracy", 0, 1);
  if (object.has("layers") && object.has("projections"))
    throw ConfigError(origin, "layers", "given beside projections", "one of the two");
  file.counts =
      object.has("projections") ? read_long(object, origin) : counts_of_layers(object, origin);
  object.refuse_others();
  return file;
}

CountsFile read_counts(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream || !text)
    throw FileError(path.string(), "", "cannot be read: " + std::string(std::strerror(errno)));
  return counts_of_text(text.str(), path.string());
}

}  // namespace snn::cli
