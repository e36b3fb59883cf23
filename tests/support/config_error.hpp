// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "snn/model/errors.hpp"

namespace support {

/// What an error must say; `value` and `allowed` may be parts of the text.
struct Says {
  std::string object, field, value, allowed;
};

/// The call throws a ConfigError that names object, field, value and what is allowed.
template <class Call>
void expect_config_error(Call&& call, const Says& says) {
  try {
    call();
    ADD_FAILURE() << "no error about " << says.object << ": " << says.field;
  } catch (const snn::ConfigError& error) {
    EXPECT_EQ(error.object, says.object);
    EXPECT_EQ(error.field, says.field);
    EXPECT_NE(error.value.find(says.value), std::string::npos) << error.what();
    EXPECT_NE(error.allowed.find(says.allowed), std::string::npos) << error.what();
  }
}

}  // namespace support
