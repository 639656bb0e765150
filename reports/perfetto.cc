#include "reports/perfetto.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "reports/facts.h"
#include "reports/messages.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

double microseconds(TrueTime at) {
  return static_cast<double>(nanoseconds(at)) / 1000;
}

class TraceEvents {
 public:
  explicit TraceEvents(const History& history) : facts_(history) {
    for (const auto& [op, hold] : facts_.holds()) add_hold(hold);
    for (const Facts::Naming& naming : facts_.namings()) {
      slice(naming.server, "names the owner", facts_.client_name(naming.hold), naming.from,
            naming.until);
    }
    for (const Facts::Outage& outage : facts_.outages()) {
      slice(outage.node, "stands still", outage.crash ? "crashed" : "frozen", outage.from,
            outage.until);
    }
    add_operations(history);
    for (const Facts::Effect& effect : facts_.effects()) add_effect(effect);
    lay_out();
    add_flows(history);
  }

  std::string text() {
    Json json;
    json["displayTimeUnit"] = "ms";
    json["traceEvents"] = std::move(events_);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  struct Slice {
    NodeId node;
    std::string track;
    std::string name;
    TrueTime from;
    TrueTime until;
    Json arguments;
  };

  void slice(NodeId node, std::string track, std::string name, TrueTime from, TrueTime until,
             Json arguments = Json::object()) {
    slices_.push_back({node, std::move(track), std::move(name), from,
                       std::max(from, std::min(until, facts_.end())), std::move(arguments)});
  }

  void add_hold(const Facts::Hold& hold) {
    if (hold.granted == kNever) return;
    Json arguments = Json::object();
    if (hold.fence != 0) arguments["fence"] = hold.fence;
    slice(hold.client, "believes to hold the lock", "believes", hold.granted, hold.believed_until,
          std::move(arguments));
  }

  void add_operations(const History& history) {
    std::map<OpId, Event> open;
    for (const Event& event : history.events) {
      if (event.kind == EventKind::invoke) open.emplace(event.op, event);
      if (event.kind != EventKind::complete) continue;
      const auto begun = open.find(event.op);
      if (begun == open.end()) continue;
      add_operation(begun->second, event.at, to_string(event.outcome));
      open.erase(begun);
    }
    for (const auto& [op, event] : open) add_operation(event, kNever, "no answer");
  }

  void add_operation(const Event& invocation, TrueTime until, std::string_view outcome) {
    slice(invocation.node, "operations", std::string(to_string(invocation.action)), invocation.at,
          until, {{"op", invocation.op.value()}, {"outcome", outcome}});
  }

  void add_effect(const Facts::Effect& effect) {
    const Event& event = effect.event;
    Json arguments{{"op", event.op.value()},
                   {"client", facts_.name(effect.client)},
                   {"outcome", to_string(event.outcome)},
                   {"value", event.value}};
    if (event.fence != 0) arguments["fence"] = event.fence;
    slice(event.node, "applies",
          fmt::format("{} of {}", to_string(event.action), facts_.name(effect.client)), event.at,
          event.at, std::move(arguments));
  }

  // Each slice on the first track of its kind that is free by then.
  void lay_out() {
    std::ranges::stable_sort(slices_, {},
                             [](const Slice& one) { return std::pair(one.from, one.node); });
    std::map<std::pair<NodeId, std::string>, std::vector<std::pair<int, TrueTime>>> tracks;
    for (const Slice& one : slices_) {
      auto& of_kind = tracks[{one.node, one.track}];
      auto free = std::ranges::find_if(of_kind,
                                       [&](const auto& track) { return track.second <= one.from; });
      if (free == of_kind.end()) {
        of_kind.emplace_back(new_track(one, of_kind.size()), TrueTime{});
        free = of_kind.end() - 1;
      }
      // An instant takes its moment: two of the same moment would overlap.
      free->second = one.until > one.from ? one.until : one.from + Duration(1);
      events_.push_back({{"ph", "X"},
                         {"pid", one.node.value()},
                         {"tid", free->first},
                         {"ts", microseconds(one.from)},
                         {"dur", microseconds(TrueTime(one.until - one.from))},
                         {"name", one.name},
                         {"args", one.arguments}});
      if (one.track == "operations") operation_track_[one.node] = free->first;
    }
  }

  int new_track(const Slice& slice, std::size_t place) {
    const int track = ++tracks_;
    if (!std::exchange(is_named_[slice.node], true)) {
      events_.push_back(meta("process_name", slice.node, 0, facts_.name(slice.node)));
    }
    const std::string number = place == 0 ? "" : fmt::format(" ({})", place + 1);
    events_.push_back(meta("thread_name", slice.node, track, slice.track + number));
    last_track_[slice.node] = track;
    return track;
  }

  static Json meta(std::string_view what, NodeId node, int track, const std::string& name) {
    return {{"ph", "M"},
            {"pid", node.value()},
            {"tid", track},
            {"name", what},
            {"args", {{"name", name}}}};
  }

  // A flow hangs on the slices that it begins and ends in.
  void add_flows(const History& history) {
    int number = 0;
    for (const Message& message : messages_of(facts_, history)) {
      const auto track = [&](NodeId node) {
        const auto found = operation_track_.find(node);
        return found == operation_track_.end() ? last_track_[node] : found->second;
      };
      if (message.received == kNever || !message.sent_is_known) continue;
      const std::string name = message.label.empty() ? "ok" : message.label;
      ++number;
      for (const bool is_end : {false, true}) {
        const NodeId node = is_end ? message.to : message.from;
        Json event{{"ph", is_end ? "f" : "s"},
                   {"pid", node.value()},
                   {"tid", track(node)},
                   {"ts", microseconds(is_end ? message.received : message.sent)},
                   {"id", number},
                   {"cat", "message"},
                   {"name", name}};
        if (is_end) event["bp"] = "e";
        events_.push_back(std::move(event));
      }
    }
  }

  Facts facts_;
  std::vector<Slice> slices_;
  Json events_ = Json::array();
  int tracks_ = 0;
  std::map<NodeId, bool> is_named_;
  std::map<NodeId, int> operation_track_;
  std::map<NodeId, int> last_track_;
};

}  // namespace

std::string perfetto_json(const History& history) {
  return TraceEvents(history).text();
}

}  // namespace picklock
