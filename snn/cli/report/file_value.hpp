// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace snn::cli::page {

/// A value of a JSON file that knows where it is. Whatever is not as it should be is a FileError
/// that names the file and the key. Does not own the document.
class FileValue {
 public:
  FileValue(const nlohmann::json& value, const std::string& file, std::string path = {})
      : value_(&value), file_(&file), path_(std::move(path)) {}

  /// What an object has under a key.
  FileValue at(const std::string& key) const;
  /// The same, or nothing if the key is absent.
  std::optional<FileValue> find(const std::string& key) const;
  std::vector<FileValue> list() const;
  bool is_null() const;

  double number() const;  ///< finite, as all numbers of JSON
  double number_from(double least) const;
  double number_in(double least, double most) const;
  std::int64_t integer_from(std::int64_t least) const;
  bool boolean() const;
  std::string text() const;
  std::vector<std::string> texts() const;
  /// Any value in words, as it stands in the file: for options.
  std::string shown() const;
  /// Key and value of every entry of an object, in order of the keys.
  std::vector<std::pair<std::string, FileValue>> entries() const;

  [[noreturn]] void refuse(const std::string& why) const;

 private:
  [[noreturn]] void refuse_kind(const std::string& wanted) const;
  const nlohmann::json* value_;
  const std::string* file_;
  std::string path_;
};

}  // namespace snn::cli::page
