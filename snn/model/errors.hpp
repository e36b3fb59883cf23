// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace snn {

/// Base of every error the library throws.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A mistake in a description: names the object, its field, the value, the unit and what is
/// allowed.
struct ConfigError : Error {
  ConfigError(std::string object_, std::string field_, std::string value_, std::string allowed_)
      : Error(object_ + ": " + field_ + " = " + value_ + "; allowed: " + allowed_),
        object(std::move(object_)),
        field(std::move(field_)),
        value(std::move(value_)),
        allowed(std::move(allowed_)) {}
  std::string object, field, value, allowed;
};

/// A file that is missing, truncated, corrupt or not what it claims; names file and place in it.
struct FileError : Error {
  FileError(std::string path_, std::string where_, const std::string& what)
      : Error(path_ + (where_.empty() ? "" : " (" + where_ + ")") + ": " + what),
        path(std::move(path_)),
        where(std::move(where_)) {}
  std::string path;   ///< the file
  std::string where;  ///< byte offset or object path in it
};

/// Something asked for that this build or machine lacks, with what would fix it.
struct UnavailableError : Error {
  using Error::Error;
};

/// More memory would be needed than there is: says how much, and what would help.
struct ResourceError : Error {
  ResourceError(std::int64_t needed, std::int64_t available, const std::string& what)
      : Error(what), needed_bytes(needed), available_bytes(available) {}
  std::int64_t needed_bytes, available_bytes;
};

/// Training produced a value that is not finite.
struct NumericError : Error {
  using Error::Error;
};

}  // namespace snn
