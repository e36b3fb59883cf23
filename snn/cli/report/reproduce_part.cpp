// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

Html facts(const Facts& pairs, const std::string& style = "facts") {
  Html list;
  for (const auto& [name, value] : pairs) {
    list += element(
        "div", element("dt", name) + element("dd", value.empty() ? std::string("(empty)") : value));
  }
  return element("dl", {{"class", style}}, list);
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

Facts machine_facts(const Results& r) {
  const Machine& m = r.machine;
  return {{"CPU", m.cpu},
          {"cores", std::to_string(m.cores)},
          {"vector instructions", joined(m.features)},
          {"kernels used", m.isa},
          {"system", m.system},
          {"frequency governor", m.governor},
          {"virtual machine", m.virtual_machine ? "yes" : "no"},
          {"container", m.container ? "yes" : "no"},
          {"compiler", r.compiler}};
}

Facts data_facts(const Results& r) {
  std::string shape;
  for (const std::int64_t extent : r.shape)
    shape += (shape.empty() ? "" : " \u00d7 ") + std::to_string(extent);
  return {{"data set", r.data},
          {"shape of a sample", shape},
          {"classes", std::to_string(r.classes)},
          {"training samples", std::to_string(r.train)},
          {"validation samples", std::to_string(r.validation)},
          {"test samples", std::to_string(r.test)},
          {"tick", with_digits(r.dt_ms) + " ms"}};
}

}  // namespace

Html reproduce_part(const Results& r) {
  constexpr std::string_view mark = "+changes";
  const std::size_t changed = r.commit.find(mark);
  const std::string commit = r.commit.substr(0, changed);
  Html content = element("pre", element("code", "git checkout " + commit +
                                                    "\ncmake --preset release\n"
                                                    "cmake --build --preset release\n" +
                                                    r.command));
  if (changed != std::string::npos) {
    content += element("p", {{"class", "unavailable"}},
                       "The source differed from this commit: it had changes that were not "
                       "committed, so the commit alone may not give these figures.");
  }
  content += paragraph("snn " + r.version + ", commit " + element("code", r.commit) +
                       ". One seed gives the same networks, counts and modelled figures on any "
                       "number of threads; times and measured figures are of this machine.");
  content += element("h3", "Machine") + facts(machine_facts(r), "facts wide") +
             element("h3", "Data") + facts(data_facts(r)) + element("h3", "Options") +
             facts(r.options);
  return section("reproduce", "How to reproduce", content);
}

}  // namespace snn::cli::page
