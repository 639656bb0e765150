// The state of a run, collected from all that has a part in it.
#include "sim/world.h"

namespace picklock {

void World::collect(StateFacts& facts, Past past, const std::vector<Occasion>* occasions,
                    std::span<const Fact> of_due) const {
  facts.clear();
  std::vector<bool> summed_up(kernel_.node_count(), false);
  if (past != Past::all) {
    for (const NodeId server : server_ids_)
      summed_up[server.value()] = servers_->sum_up(server, facts);
  }
  if (past == Past::nothing) {
    resource_->sum_up(facts);
    summed_up[resource_id_.value()] = true;
    for (const auto& process : processes_) {
      if (!process->is_at_rest()) continue;
      summed_up[process->id().value()] = true;
      FactBuilder at_rest(kernel_.names());
      kernel_.name(at_rest, process->id());
      facts.add(at_rest.fact());
    }
  }
  kernel_.add_facts(facts, summed_up, of_due);
  network_.add_facts(facts);
  faults_.add_facts(facts);
  if (occasions != nullptr) {
    for (const Occasion& occasion : *occasions) {
      FactBuilder fact(kernel_.names());
      kernel_.name(fact, occasion.node);
      if (!occasion.to.is_none()) kernel_.name(fact, occasion.to);
      facts.add(fact.add(hash_text(occasion.what)).add(occasion.nth).fact());
    }
  }
  if (past != Past::all) return;
  constexpr Duration kInstant = std::chrono::microseconds(1);
  Digest digest;
  for (Event event : events()) {
    event.at -= event.at.time_since_epoch() % kInstant;
    add_to(digest, event);
  }
  facts.add(digest.value());
}

std::optional<std::size_t> World::open_calls(NodeId client) const {
  const auto calls = servers_->open_calls(client);
  if (!calls) return std::nullopt;
  return *calls + resource_->open_calls(client);
}

}  // namespace picklock
