// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/report_command.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "snn/cli/commands.hpp"
#include "snn/cli/report/write_report.hpp"
#include "snn/model/errors.hpp"

namespace snn::cli {
namespace {

std::string text_of(const std::string& file) {
  if (std::filesystem::is_directory(file)) throw FileError(file, "", "is a folder");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw FileError(file, "", std::string("cannot be read: ") + std::strerror(errno));
  std::ostringstream text;
  text << stream.rdbuf();
  if (stream.bad()) throw FileError(file, "", "cannot be read to its end");
  return text.str();
}

}  // namespace

ReportCommand::ReportCommand(CLI::App& snn)
    : app_(snn.add_subcommand("report", "One HTML page of the results of snn bench")) {
  app_->footer(
      "Examples:\n  snn report results.json -o report.html\n\n"
      "The page needs no other file and no network; docs/report.md says what it shows.");
  app_->add_option("results", results_, "a file that snn bench --out wrote")
      ->required()
      ->type_name("RESULTS");
  app_->add_option("-o,--out", page_, "the page that is written (HTML)")->required();
}

int ReportCommand::run() const {
  std::error_code error;  // files that are not there are not the same
  if (std::filesystem::equivalent(results_, page_, error)) {
    throw ConfigError("option", "--out", page_, "another file than the results");
  }
  prepare("--out", page_);
  write_report(page_, text_of(results_), results_);
  std::cout << "Report: " << std::filesystem::absolute(page_).string() << '\n';
  return success;
}

}  // namespace snn::cli
