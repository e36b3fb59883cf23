// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "snn/io/hdf5_detail.hpp"
#include "snn/io/sonata_detail.hpp"

namespace snn::sonata {

using hdf5::check;
using hdf5::checked;
using hdf5::Handle;

void write_marks(Hdf5File& file) {
  file.set_attribute("/", "magic", std::uint32_t{0x0A7A});
  const hdf5::Session session;
  const std::string where = "/@version";
  const std::uint32_t version[2] = {0, 1};
  const hsize_t two = 2;
  const Handle space = checked(H5Screate_simple(1, &two, nullptr), H5Sclose, file.path(), where,
                               "cannot make the attribute");
  const Handle id =
      checked(H5Acreate_by_name(file.handle(), "/", "version", hdf5::stored<std::uint32_t>(), space,
                                H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
              H5Aclose, file.path(), where, "cannot make the attribute");
  check(H5Awrite(id, hdf5::native<std::uint32_t>(), version), file.path(), where,
        "cannot be written");
}

void mark_sorted_by_time(const Hdf5File& file, const std::string& group) {
  const hdf5::Session session;
  const std::string where = group + "@sorting";
  const Handle type = checked(H5Tenum_create(H5T_STD_U8LE), H5Tclose, file.path(), where,
                              "cannot make the attribute");
  std::uint8_t value = 0;
  for (const char* name : {"none", "by_id", "by_time"}) {
    check(H5Tenum_insert(type, name, &value), file.path(), where, "cannot make the attribute");
    ++value;
  }
  const std::uint8_t by_time = 2;
  const Handle space =
      checked(H5Screate(H5S_SCALAR), H5Sclose, file.path(), where, "cannot make the attribute");
  const Handle id = checked(H5Acreate_by_name(file.handle(), group.c_str(), "sorting", type, space,
                                              H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                            H5Aclose, file.path(), where, "cannot make the attribute");
  check(H5Awrite(id, type, &by_time), file.path(), where, "cannot be written");
}

void check_names(const std::string& file, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const bool good = !name.empty() && name != "." && name != ".." &&
                      name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
    if (!good || !seen.insert(name).second) {
      throw ConfigError("file " + file, "name of a population", "\"" + name + "\"",
                        "not empty, not \".\" or \"..\", without '/', each once");
    }
  }
}

double ms_per_unit(const Hdf5File& file, const std::string& dataset) {
  if (!file.has_attribute(dataset, "units")) return 1.0;
  const auto units = file.attribute<std::string>(dataset, "units");
  if (units == "ms" || units == "milliseconds") return 1.0;
  if (units == "s" || units == "seconds") return 1000.0;
  if (units == "us") return 1e-3;
  if (units == "ns") return 1e-6;
  throw FileError(file.path(), dataset + "@units",
                  "\"" + units + "\" is no unit of time; allowed: ms, s, us, ns");
}

}  // namespace snn::sonata
