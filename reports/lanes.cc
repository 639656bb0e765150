#include "reports/lanes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "reports/time_axis.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

class Lanes {
 public:
  Lanes(const Facts& facts, const Cast& cast, const std::vector<TrueTime>& times,
        std::string_view wrong, bool brief)
      : facts_(facts), cast_(cast), times_(times), wrong_(wrong), brief_(brief) {}

  std::vector<Lane> make();

 private:
  void add_client(NodeId client);
  void add_lock();
  void add_servers();
  void add_resource();
  bool add_outages(const std::string& label, NodeId node);

  Stretch belief(NodeId client, TrueTime at) const;
  Stretch outage(NodeId node, TrueTime at) const;
  Stretch named(TrueTime at) const;
  Stretch content(TrueTime at) const;
  template <class Sample>
  Lane lane(std::string label, Ink ink, Sample sample) const;

  const Facts& facts_;
  const Cast& cast_;
  const std::vector<TrueTime>& times_;
  std::string_view wrong_;
  bool brief_;
  std::vector<Lane> lanes_;
};

// "c1" for "client-1".
std::string brief_name(const std::string& name) {
  const std::size_t dash = name.rfind('-');
  const bool numbered = dash != std::string::npos && dash > 0 && dash + 1 < name.size();
  return numbered ? name.substr(0, 1) + name.substr(dash + 1) : name;
}

template <class Sample>
Lane Lanes::lane(std::string label, Ink ink, Sample sample) const {
  Lane lane{.label = std::move(label), .ink = ink};
  lane.stretches.push_back(sample(std::min(cast_.from, times_.front() - 1ns)));
  for (const TrueTime at : times_) lane.stretches.push_back(sample(at));
  return lane;
}

Stretch Lanes::belief(NodeId client, TrueTime at) const {
  Stretch stretch;
  for (const auto& [op, hold] : facts_.holds()) {
    if (hold.client != client) continue;
    if (facts_.believes(hold, at)) {
      const bool mistaken = facts_.is_mistaken(hold, at);
      return {.texture = mistaken ? Texture::mistaken : Texture::solid,
              .identity = op.value(),
              .ink = mistaken ? Ink::wrong : ink_of(cast_, client)};
    }
    if (facts_.waits(hold, at)) {
      stretch = {.texture = Texture::waits, .identity = op.value(), .labels = {" waits "}};
    }
  }
  return stretch;
}

Stretch Lanes::outage(NodeId node, TrueTime at) const {
  const Facts::Outage* outage = facts_.outage(node, at);
  if (outage == nullptr) return {.texture = Texture::blank};
  const bool ends = outage->until != kNever;
  const std::string_view word = !outage->crash ? "frozen" : ends ? "down" : "dead";
  Stretch stretch{.texture = Texture::outage,
                  .identity = static_cast<std::uint64_t>(nanoseconds(outage->from))};
  if (ends) {
    const std::string length = length_text(outage->until - outage->from);
    stretch.labels = {fmt::format(" {} {} ", word, length), fmt::format(" {} ", length)};
  }
  stretch.labels.push_back(fmt::format(" {} ", word));
  return stretch;
}

Stretch Lanes::named(TrueTime at) const {
  std::map<OpId, std::uint32_t> counts;
  for (const auto& naming : facts_.namings()) {
    if (naming.from <= at && at < naming.until) ++counts[naming.hold];
  }
  if (counts.empty()) return {.texture = Texture::blank, .labels = {"free"}};
  const auto& [hold, count] = *std::ranges::max_element(
      counts, [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::uint32_t quorum = facts_.subject().quorum;
  const auto owners =
      std::ranges::count_if(counts, [quorum](const auto& entry) { return entry.second >= quorum; });
  Stretch stretch{.texture = count >= quorum ? Texture::solid : Texture::mistaken,
                  .identity = (std::uint64_t{hold.value()} << 16) + count,
                  .ink = count >= quorum ? ink_of(cast_, facts_.client_of(hold)) : Ink::dim};
  if (owners > 1) {
    stretch.labels = {fmt::format("{} owners", owners)};
    stretch.identity += static_cast<std::uint64_t>(owners) << 60;
    stretch.ink = Ink::wrong;
    return stretch;
  }
  const std::string name = facts_.client_name(hold);
  const std::string brief = brief_name(name);
  const auto found = facts_.holds().find(hold);
  const std::int64_t fence = found == facts_.holds().end() ? 0 : found->second.fence;
  if (facts_.server_count() > 1) {
    const std::string counted = fmt::format(" ({} of {})", count, facts_.server_count());
    stretch.labels = {name + counted, brief + counted,
                      fmt::format("{} {}/{}", brief, count, facts_.server_count())};
  } else if (fence != 0) {
    const std::string number = fmt::format(" #{}", fence);
    stretch.labels = {name + number, brief + number};
  }
  stretch.labels.push_back(name);
  stretch.labels.push_back(brief);
  return stretch;
}

Stretch Lanes::content(TrueTime at) const {
  const bool jobs = facts_.subject().workload == Workload::scheduled_job;
  const Facts::Effect* change = facts_.last_change(at);
  if (change == nullptr) {
    const std::string initial = std::to_string(facts_.subject().initial);
    return {.texture = Texture::solid, .labels = {jobs ? "no run" : initial}, .ink = Ink::plain};
  }
  const bool wrong = facts_.is_stale(*change) || !change->lost.is_none();
  Stretch stretch{.texture = Texture::solid,
                  .identity = 1 + std::uint64_t{change->event.op.value()},
                  .ink = wrong ? Ink::wrong : ink_of(cast_, change->client)};
  const std::string value = fmt::format("{}{}", jobs ? "slot " : "", change->event.value);
  const std::string mark = wrong ? fmt::format(" {}", wrong_) : "";
  const std::string name = facts_.name(change->client);
  stretch.labels = {fmt::format("{} by {}{}", value, name, mark),
                    fmt::format("{} by {}{}", value, brief_name(name), mark), value + mark, value};
  return stretch;
}

void Lanes::add_client(NodeId client) {
  const std::string name = facts_.name(client);
  lanes_.push_back(lane(brief_ ? name : name + " thinks", ink_of(cast_, client),
                        [&](TrueTime at) { return belief(client, at); }));
  bool crash = false;
  for (const TrueTime at : times_) {
    const Facts::Outage* found = facts_.outage(client, at);
    crash = crash || (found != nullptr && found->crash);
  }
  add_outages(crash ? "  crashed" : "  frozen", client);
}

bool Lanes::add_outages(const std::string& label, NodeId node) {
  const bool any =
      std::ranges::any_of(times_, [&](TrueTime at) { return facts_.outage(node, at) != nullptr; });
  if (any) lanes_.push_back(lane(label, Ink::dim, [&](TrueTime at) { return outage(node, at); }));
  return any;
}

void Lanes::add_lock() {
  if (!facts_.subject().servers_observed) return;
  lanes_.push_back(lane("lock", Ink::bold, [&](TrueTime at) { return named(at); }));
}

void Lanes::add_servers() {
  int left = 3;
  for (std::uint32_t i = 0; i < facts_.subject().nodes.size() && left > 0; ++i) {
    if (facts_.subject().nodes[i].role == Role::client) continue;
    if (add_outages("  " + facts_.subject().nodes[i].name, NodeId(i))) --left;
  }
}

void Lanes::add_resource() {
  if (facts_.effects().empty()) return;
  const NodeId resource = facts_.effects().front().event.node;
  Lane data = lane(facts_.name(resource), Ink::bold, [&](TrueTime at) { return content(at); });
  for (const Facts::Effect& effect : facts_.effects()) {
    if (effect.event.outcome != Outcome::refused) continue;
    const auto after = std::ranges::lower_bound(times_, effect.event.at);
    if (after == times_.end() || effect.event.at < cast_.from) continue;
    Stretch& stretch = data.stretches[static_cast<std::size_t>(after - times_.begin()) + 1];
    stretch.is_refusal = true;
    stretch.labels = {"refused", ""};
    stretch.ink = Ink::good;
  }
  lanes_.push_back(std::move(data));
}

std::vector<Lane> Lanes::make() {
  bool lock_drawn = false;
  for (const NodeId client : cast_.clients) {
    add_client(client);
    if (!lock_drawn) {
      add_lock();
      add_servers();
    }
    lock_drawn = true;
  }
  add_resource();
  return std::move(lanes_);
}

}  // namespace

Ink ink_of(const Cast& cast, NodeId client) {
  constexpr std::array kInks{Ink::first, Ink::second, Ink::third, Ink::fourth};
  const auto found = std::ranges::find(cast.clients, client);
  if (found == cast.clients.end()) return Ink::plain;
  return kInks.at(static_cast<std::size_t>(found - cast.clients.begin()) % kInks.size());
}

std::vector<Lane> make_lanes(const Facts& facts, const Cast& cast,
                             const std::vector<TrueTime>& times, std::string_view wrong,
                             bool brief) {
  return Lanes(facts, cast, times, wrong, brief).make();
}

}  // namespace picklock
