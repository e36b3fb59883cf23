// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/update_order.hpp"

#include <algorithm>
#include <functional>

#include "snn/model/delay.hpp"

namespace snn {
namespace {

using Graph = std::vector<std::vector<std::int32_t>>;

Graph graph_of(const Network& network, const std::function<bool(const Projection&)>& wanted) {
  Graph graph(network.populations().size());
  for (const Projection& projection : network.projections()) {
    if (wanted(projection))
      graph[static_cast<std::size_t>(projection.source.index)].push_back(projection.target.index);
  }
  return graph;
}

/// Tarjan, SIAM J. Comput. 1 (1972) 146, with a stack of its own: components come out last first.
class Components {
 public:
  explicit Components(const Graph& graph)
      : graph_(graph), index_(graph.size(), -1), low_(graph.size()), on_stack_(graph.size()) {
    for (std::size_t v = 0; v < graph.size(); ++v) {
      if (index_[v] < 0) visit(static_cast<std::int32_t>(v));
    }
    std::reverse(found_.begin(), found_.end());
  }
  std::vector<std::vector<std::int32_t>> take() { return std::move(found_); }

 private:
  struct Frame {
    std::int32_t vertex;
    std::size_t next;
  };

  void enter(std::int32_t v) {
    index_[static_cast<std::size_t>(v)] = low_[static_cast<std::size_t>(v)] = count_++;
    stack_.push_back(v);
    on_stack_[static_cast<std::size_t>(v)] = true;
    frames_.push_back({v, 0});
  }

  void visit(std::int32_t root) {
    enter(root);
    while (!frames_.empty()) {
      const std::int32_t v = frames_.back().vertex;
      const auto at = static_cast<std::size_t>(v);
      if (frames_.back().next < graph_[at].size()) {
        const std::int32_t w = graph_[at][frames_.back().next++];
        if (index_[static_cast<std::size_t>(w)] < 0)
          enter(w);
        else if (on_stack_[static_cast<std::size_t>(w)])
          low_[at] = std::min(low_[at], index_[static_cast<std::size_t>(w)]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) {
        auto& above = low_[static_cast<std::size_t>(frames_.back().vertex)];
        above = std::min(above, low_[at]);
      }
      if (low_[at] == index_[at]) close(v);
    }
  }

  void close(std::int32_t v) {
    std::vector<std::int32_t> component;
    std::int32_t w = -1;
    do {
      w = stack_.back();
      stack_.pop_back();
      on_stack_[static_cast<std::size_t>(w)] = false;
      component.push_back(w);
    } while (w != v);
    std::sort(component.begin(), component.end());
    found_.push_back(std::move(component));
  }

  const Graph& graph_;
  std::vector<std::int32_t> index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Frame> frames_;
  std::int32_t count_ = 0;
  std::vector<std::vector<std::int32_t>> found_;
};

}  // namespace

UpdateOrder update_order(const Network& network, double dt_ms) {
  const Graph all = graph_of(network, [](const Projection&) { return true; });
  const Graph now = graph_of(
      network, [&](const Projection& p) { return some_undelayed(p.synapse.delay_ms, dt_ms); });
  // Without cycles each component of the graph of undelayed projections is one population.
  std::vector<std::int32_t> undelayed;
  for (const auto& component : Components(now).take()) {
    const auto first = component.front();
    const auto& next = now[static_cast<std::size_t>(first)];
    if (component.size() > 1 || std::find(next.begin(), next.end(), first) != next.end()) {
      std::string names;
      for (const std::int32_t p : component) {
        names += (names.empty() ? "\"" : ", \"") +
                 network.populations()[static_cast<std::size_t>(p)].name + "\"";
      }
      throw ConfigError("network", "delay_ms",
                        "0 ms on every projection of a cycle through " + names,
                        "at least one tick on some projection of each cycle");
    }
    undelayed.push_back(first);
  }
  std::vector<std::size_t> rank(undelayed.size());
  for (std::size_t i = 0; i < undelayed.size(); ++i)
    rank[static_cast<std::size_t>(undelayed[i])] = i;
  UpdateOrder result;
  result.components = Components(all).take();
  for (auto& component : result.components) {
    std::sort(component.begin(), component.end(), [&](std::int32_t a, std::int32_t b) {
      return rank[static_cast<std::size_t>(a)] < rank[static_cast<std::size_t>(b)];
    });
    const auto first = component.front();
    const auto& next = all[static_cast<std::size_t>(first)];
    result.has_cycle.push_back(component.size() > 1 ||
                               std::find(next.begin(), next.end(), first) != next.end());
    result.order.insert(result.order.end(), component.begin(), component.end());
  }
  return result;
}

}  // namespace snn
