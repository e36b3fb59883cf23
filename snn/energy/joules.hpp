// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Energies and masses of CO2e that know where they come from. A measured joule and a modelled
/// one are different types: they cannot be added, compared, divided or assigned to each other, and
/// a plain number becomes neither without saying which.
namespace snn {

enum class Origin : std::uint8_t { measured, modelled };

/// An amount in one unit, from one kind of source.
template <class Unit, Origin origin>
class Amount {
 public:
  constexpr Amount() = default;
  explicit constexpr Amount(double value) : value_(value) {}

  /// The bare number, for printing and for files; what it is worth is no longer in its type.
  constexpr double value() const { return value_; }

  constexpr Amount& operator+=(Amount more) {
    value_ += more.value_;
    return *this;
  }
  friend constexpr Amount operator+(Amount a, Amount b) { return Amount(a.value_ + b.value_); }
  friend constexpr Amount operator-(Amount a, Amount b) { return Amount(a.value_ - b.value_); }
  friend constexpr Amount operator*(Amount a, double factor) { return Amount(a.value_ * factor); }
  friend constexpr Amount operator*(double factor, Amount a) { return Amount(a.value_ * factor); }
  friend constexpr Amount operator/(Amount a, double parts) { return Amount(a.value_ / parts); }
  /// How many times b goes into a.
  friend constexpr double operator/(Amount a, Amount b) { return a.value_ / b.value_; }
  friend constexpr bool operator==(Amount a, Amount b) { return a.value_ == b.value_; }
  friend constexpr bool operator<(Amount a, Amount b) { return a.value_ < b.value_; }
  friend constexpr bool operator>(Amount a, Amount b) { return b < a; }

 private:
  double value_ = 0;
};

struct JouleUnit {};
struct GramUnit {};

using MeasuredJoules = Amount<JouleUnit, Origin::measured>;
using ModelledJoules = Amount<JouleUnit, Origin::modelled>;
/// Grams of CO2e, of joules of the same origin.
using MeasuredGrams = Amount<GramUnit, Origin::measured>;
using ModelledGrams = Amount<GramUnit, Origin::modelled>;

}  // namespace snn
