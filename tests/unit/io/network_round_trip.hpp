// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hdf5.h>

#include <cstring>
#include <limits>

#include "snn/io/network_file.hpp"
#include "snn/io/rule_fields.hpp"
#include "tests/unit/io/files.hpp"

/// Networks written to a file and read back, and structs with a value of its own in each field.
namespace snn {

inline Network round_trip(const Network& network) {
  const test::TemporaryFolder folder;
  save_network(folder / "n.h5", network, 1.0);
  return load_network(folder / "n.h5").network;
}

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// Gives every parameter a value of its own, so that none can be mistaken for another or a default.
template <class Model>
Model distinct(int salt) {
  Model model;
  int n = salt;
  for_each_field<Model>([&](std::string_view, auto member) {
    using Value = std::remove_cvref_t<decltype(model.*member)>;
    ++n;
    if constexpr (std::is_enum_v<Value>) {
      model.*member = static_cast<Value>(n % static_cast<int>(NamesOf<Value>::list.size()));
    } else if constexpr (requires { (model.*member).fill(0); }) {
      for (double& value : model.*member) value = n++ * 1.1;
    } else {
      model.*member = static_cast<Value>(n * 1.1);
    }
  });
  return model;
}

template <class Model>
void expect_same(const Model& a, const Model& b) {
  for_each_field<Model>([&](std::string_view name, auto member) {
    EXPECT_TRUE(same_bits(a.*member, b.*member)) << Model::name << "." << name;
  });
}

template <class List>
struct TypesOf;
template <class... Models>
struct TypesOf<ModelList<Models...>> {
  using type = testing::Types<Models...>;
};
template <class... Rules>
struct TypesOf<RuleList<Rules...>> {
  using type = testing::Types<Rules...>;
};

}  // namespace snn
