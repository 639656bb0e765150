#include "sim/occasions.h"

#include <algorithm>

namespace picklock {

void note(std::vector<Occasion>* occasions, Kernel& kernel, NodeId node, NodeId to,
          std::string_view what) {
  if (occasions == nullptr) return;
  const auto before = std::ranges::count_if(*occasions, [&](const Occasion& one) {
    return one.node == node && one.to == to && one.what == what;
  });
  occasions->push_back({.at = kernel.now() + kernel.recorder().lag(),
                        .node = node,
                        .to = to,
                        .what = std::string(what),
                        .nth = static_cast<std::uint32_t>(before) + 1,
                        .recorded = kernel.recorder().events().size()});
}

}  // namespace picklock
