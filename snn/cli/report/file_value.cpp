// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/file_value.hpp"

#include <nlohmann/json.hpp>

#include "snn/cli/text.hpp"
#include "snn/model/errors.hpp"

namespace snn::cli::page {

void FileValue::refuse(const std::string& why) const {
  throw FileError(*file_, path_, why);
}

void FileValue::refuse_kind(const std::string& wanted) const {
  std::string is = value_->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (is.size() > 60)
    is = std::string("a ") + (value_->is_string() ? "long text" : "list or object");
  refuse("is " + is + "; needed: " + wanted);
}

FileValue FileValue::at(const std::string& key) const {
  if (auto value = find(key)) return *std::move(value);
  const std::string path = path_.empty() ? key : path_ + "." + key;
  throw FileError(*file_, path, "the key is missing, which results of snn bench have");
}

std::optional<FileValue> FileValue::find(const std::string& key) const {
  if (!value_->is_object()) refuse_kind("an object { }");
  const auto found = value_->find(key);
  if (found == value_->end()) return std::nullopt;
  return FileValue(*found, *file_, path_.empty() ? key : path_ + "." + key);
}

std::vector<FileValue> FileValue::list() const {
  if (!value_->is_array()) refuse_kind("a list [ ]");
  std::vector<FileValue> values;
  for (std::size_t n = 0; n < value_->size(); ++n)
    values.emplace_back((*value_)[n], *file_, path_ + "[" + std::to_string(n) + "]");
  return values;
}

bool FileValue::is_null() const {
  return value_->is_null();
}

double FileValue::number() const {
  if (!value_->is_number()) refuse_kind("a number");
  return value_->get<double>();
}

double FileValue::number_from(double least) const {
  const double value = number();
  if (value < least) refuse_kind("a number >= " + format("%g", least));
  return value;
}

double FileValue::number_in(double least, double most) const {
  const double value = number();
  if (value < least || value > most)
    refuse_kind("a number in " + format("%g", least) + " .. " + format("%g", most));
  return value;
}

std::int64_t FileValue::integer_from(std::int64_t least) const {
  // What is above the signed range becomes negative.
  if (!value_->is_number_integer() || value_->get<std::int64_t>() < least)
    refuse_kind("a whole number >= " + std::to_string(least));
  return value_->get<std::int64_t>();
}

bool FileValue::boolean() const {
  if (!value_->is_boolean()) refuse_kind("true or false");
  return value_->get<bool>();
}

std::string FileValue::text() const {
  if (!value_->is_string()) refuse_kind("a text");
  return value_->get<std::string>();
}

std::vector<std::string> FileValue::texts() const {
  std::vector<std::string> all;
  for (const FileValue& value : list()) all.push_back(value.text());
  return all;
}

std::string FileValue::shown() const {
  if (value_->is_string()) return value_->get<std::string>();
  if (!value_->is_array()) return value_->dump();
  std::string all;
  for (const FileValue& value : list()) all += (all.empty() ? "" : ",") + value.shown();
  return all;
}

std::vector<std::pair<std::string, FileValue>> FileValue::entries() const {
  if (!value_->is_object()) refuse_kind("an object { }");
  std::vector<std::pair<std::string, FileValue>> all;
  for (const auto& [key, value] : value_->items())
    all.emplace_back(key, FileValue(value, *file_, path_.empty() ? key : path_ + "." + key));
  return all;
}

}  // namespace snn::cli::page
