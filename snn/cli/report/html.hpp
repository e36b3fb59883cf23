// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// HTML that is well-formed and escaped by construction.
namespace snn::cli::page {

/// Text of this program, never of a file: names of elements and attributes, CSS, scripts.
class Literal {
 public:
  template <std::size_t n>
  constexpr Literal(const char (&text)[n]) : text_(text, n - 1) {}  // NOLINT: as good as the text
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// A piece of a page. Text becomes Html by being escaped, and elements close what they open, so
/// neither a name out of a file nor a forgotten end can break the page.
class Html {
 public:
  Html() = default;
  Html(std::string_view text);  // NOLINT: escaped, and so harmless
  Html(const std::string& text) : Html(std::string_view(text)) {}  // NOLINT: as above
  Html(const char* text) : Html(std::string_view(text)) {}         // NOLINT: as above

  /// As it is: for style sheets and scripts of this program.
  static Html raw(Literal trusted);

  Html& operator+=(const Html& more);
  friend Html operator+(Html a, const Html& b) { return a += b; }
  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  friend struct Writer;
  std::string markup_;
};

struct Attribute {
  Literal name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

/// <name attributes>content</name>
Html element(Literal name, const Attributes& attributes, const Html& content = {});
Html element(Literal name, const Html& content);
/// <name attributes>: of elements without content, such as meta.
Html void_element(Literal name, const Attributes& attributes);

/// Text for an attribute or between tags: & < > " ' as references; what no page may hold (control
/// characters) as U+FFFD.
std::string escaped(std::string_view text);

}  // namespace snn::cli::page
