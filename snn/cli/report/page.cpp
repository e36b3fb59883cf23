// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/assets.hpp"
#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

/// Nothing may be fetched: not by this page, and not by what somebody might smuggle into it.
constexpr char policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'";

Html head(const Results& r) {
  return element(
      "head",
      void_element("meta", {{"charset", "utf-8"}}) +
          void_element("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy}}) +
          void_element("meta",
                       {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
          void_element("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
          void_element("meta", {{"name", "generator"}, {"content", "snn " + r.version}}) +
          // An empty icon, or browsers would ask the server for one.
          void_element("link", {{"rel", "icon"}, {"href", "data:,"}}) +
          element("title", r.data + ": " + headline(r)) + element("style", Html::raw(report_css)));
}

Html navigation() {
  Html links;
  const auto link = [&](const char* id, const char* words) {
    links += element("a", {{"href", std::string("#") + id}}, words) + " ";
  };
  link("verdict", "Verdict");
  link("picture", "Accuracy and energy");
  link("tables", "Figures");
  link("layers", "Layers");
  link("raster", "Spikes");
  link("training", "Training");
  link("method", "Method");
  link("reproduce", "Reproduce");
  return element("nav", {{"aria-label", "Parts of this page"}}, links);
}

}  // namespace

std::string page_of(const Results& r) {
  const Html main = element("main", verdict_part(r) + navigation() + picture_part(r) +
                                        tables_part(r) + layers_part(r) + raster_part(r) +
                                        training_part(r) + method_part(r) + reproduce_part(r));
  const Html footer =
      element("footer", paragraph("Made by snn " + r.version +
                                  " from a results file of snn bench. "
                                  "Figures are rounded here; the file has them in full."));
  const Html body = element("body", main + footer + element("script", Html::raw(report_js)));
  return "<!DOCTYPE html>\n" + element("html", {{"lang", "en"}}, head(r) + body).markup() + "\n";
}

}  // namespace snn::cli::page
