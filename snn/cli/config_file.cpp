// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/config_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "snn/model/errors.hpp"

namespace snn::cli {
namespace {

/// Reads one line from left to right.
class LineReader {
 public:
  LineReader(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

  bool at_end() {
    skip_blanks();
    return at_ == text_.size() || text_[at_] == '#';
  }
  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string key() {
    skip_blanks();
    const std::size_t first = at_;
    while (at_ < text_.size() && (std::isalnum(text_[at_]) != 0 || text_[at_] == '-')) ++at_;
    if (at_ == first) fail("a key such as epochs or train-limit");
    return std::string(text_.substr(first, at_ - first));
  }
  std::string scalar() {
    skip_blanks();
    for (const char quote : {'"', '\''}) {
      if (take(quote)) return quoted(quote);
    }
    const std::size_t end = std::min(text_.find_first_of(" \t,]#", at_), text_.size());
    std::string word(text_.substr(at_, end - at_));
    char* last = nullptr;
    std::strtod(word.c_str(), &last);
    const bool is_number = !word.empty() && *last == 0;
    if (!is_number && word != "true" && word != "false")
      fail("a number, true, false, a \"string\" or an [array] of these");
    at_ = end;
    return word;
  }
  [[noreturn]] void fail(const std::string& allowed) const {
    throw ConfigError(where_, "text", "'" + std::string(text_.substr(at_)) + "'", allowed);
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  std::string quoted(char quote) {
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) fail(std::string("text that ends with ") + quote);
    std::string value(text_.substr(at_, end - at_));
    if (quote == '"' && value.find('\\') != std::string::npos)
      fail("text without escapes; in 'single quotes' a backslash is a backslash");
    at_ = end + 1;
    return value;
  }

  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0;
};

std::string where(const std::filesystem::path& path, int line) {
  return path.string() + ", line " + std::to_string(line);
}

std::vector<std::string> read_values(LineReader& reader) {
  std::vector<std::string> values;
  if (!reader.take('[')) {
    values.push_back(reader.scalar());
    return values;
  }
  while (!reader.take(']')) {
    values.push_back(reader.scalar());
    if (reader.take(',')) continue;
    if (!reader.take(']')) reader.fail("a comma or ], on the same line");
    break;
  }
  if (values.empty()) reader.fail("an array with at least one value");
  return values;
}

/// The options a file may set.
std::string options_of(const CLI::App& command) {
  std::string names;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_configurable() && !option->get_positional())
      names += (names.empty() ? "" : " ") + option->get_name().substr(2);
  }
  return names;
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ",") + value;
  return text;
}

}  // namespace

std::vector<ConfigEntry> read_config(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path))
    throw ConfigError("option", "--config", path.string(), "a file that can be read");
  std::vector<ConfigEntry> entries;
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    LineReader reader(text, where(path, line));
    if (reader.at_end()) continue;
    ConfigEntry entry{.key = reader.key(), .values = {}, .line = line};
    if (!reader.take('=')) reader.fail("key = value");
    entry.values = read_values(reader);
    if (!reader.at_end()) reader.fail("nothing more on this line");
    for (const ConfigEntry& before : entries) {
      if (before.key == entry.key)
        throw ConfigError(where(path, line), entry.key, joined(entry.values),
                          "once: it is set in line " + std::to_string(before.line));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

void apply_config(CLI::App& command, const std::filesystem::path& path) {
  for (const ConfigEntry& entry : read_config(path)) {
    CLI::Option* option = command.get_option_no_throw("--" + entry.key);
    if (option == nullptr || !option->get_configurable()) {
      throw ConfigError(where(path, entry.line), entry.key, joined(entry.values),
                        "the options of snn " + command.get_name() + ": " + options_of(command));
    }
    if (option->count() > 0) continue;
    const bool is_flag = option->get_expected_min() == 0;
    if (is_flag && entry.values != std::vector<std::string>{"true"} &&
        entry.values != std::vector<std::string>{"false"}) {
      throw ConfigError(where(path, entry.line), entry.key, joined(entry.values), "true false");
    }
    if (is_flag && entry.values.front() == "false") continue;
    option->add_result(entry.values);
    option->run_callback();
  }
}

}  // namespace snn::cli
