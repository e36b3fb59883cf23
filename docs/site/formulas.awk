# SPDX-License-Identifier: Apache-2.0
# Doxygen's input filter: lines of a /// comment that are indented are formulas, and keep their lines.
{
  indented = $0 ~ /^ *\/\/\/   *[^ ]/ && $0 !~ /^ *\/\/\/ [^ ]/
  if (indented && !inside) list = $0 ~ /^ *\/\/\/ +- /
  if (indented && !inside && !list) print "/// @verbatim"
  if (!indented && inside && !list) print "/// @endverbatim"
  inside = indented
  # ".." at the end of a line would end a list that there is not.
  if ($0 ~ /^ *\/\/\//) sub(/ \.\.$/, " to")
  print
}
