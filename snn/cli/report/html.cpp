// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/html.hpp"

namespace snn::cli::page {

/// Puts markup together; nothing else may.
struct Writer {
  static Html made(std::string markup) {
    Html html;
    html.markup_ = std::move(markup);
    return html;
  }
  static std::string opened(Literal name, const Attributes& attributes) {
    std::string tag = "<" + std::string(name.text());
    for (const Attribute& attribute : attributes) {
      tag += ' ';
      tag += attribute.name.text();
      tag += "=\"" + escaped(attribute.value) + '"';
    }
    return tag + ">";
  }
};

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const auto code = static_cast<unsigned char>(c);
        const bool control = (code < 0x20 && c != '\n' && c != '\t') || code == 0x7f;
        control ? out += "\xEF\xBF\xBD" : out += c;
      }
    }
  }
  return out;
}

Html::Html(std::string_view text) : markup_(escaped(text)) {}

Html Html::raw(Literal trusted) {
  return Writer::made(std::string(trusted.text()));
}

Html& Html::operator+=(const Html& more) {
  markup_ += more.markup_;
  return *this;
}

Html element(Literal name, const Attributes& attributes, const Html& content) {
  return Writer::made(Writer::opened(name, attributes) + content.markup() + "</" +
                      std::string(name.text()) + ">");
}

Html element(Literal name, const Html& content) {
  return element(name, {}, content);
}

Html void_element(Literal name, const Attributes& attributes) {
  return Writer::made(Writer::opened(name, attributes));
}

}  // namespace snn::cli::page
