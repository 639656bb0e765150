#include "reports/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <tuple>
#include <utility>

namespace picklock {
namespace {

using namespace std::chrono_literals;

// Beyond this a client that asks again and again has probably asked again.
constexpr Duration kOneTry = 20ms;

std::string request_label(const Event& invocation) {
  switch (invocation.action) {
    case Action::write:
    case Action::run:
      return fmt::format("{} {}", to_string(invocation.action), invocation.value);
    default:
      return std::string(to_string(invocation.action));
  }
}

class Messages {
 public:
  Messages(const Facts& facts, const History& history) : facts_(facts) {
    for (const Event& event : history.events) {
      if (event.kind == EventKind::complete) completions_.emplace(event.op, event);
    }
    for (const Event& event : history.events) add(event);
    add_unseen(history);
    if (!history.messages.empty()) use_kept(history.messages);
    std::ranges::stable_sort(messages_, {}, [](const Message& message) {
      return std::pair(message.received, message.received == kNever ? message.sent : TrueTime{});
    });
  }

  std::vector<Message> messages_;

 private:
  void add(const Event& event) {
    if (event.kind == EventKind::named) {
      ask(event, event.hold);
    } else if (event.kind == EventKind::unnamed && !event.op.is_none()) {
      ask(event, event.op);
      const Event* by = facts_.invocation(event.op);
      // An acquire that takes back what it had goes on.
      if (by != nullptr && by->action == Action::release) answer(event, event.op, "");
    } else if (event.kind == EventKind::applied) {
      ask(event, event.op);
      answer(event, event.op, answer_label(event));
    }
  }

  // The request of `op` that had this effect.
  void ask(const Event& effect, OpId op) {
    const Event* invocation = facts_.invocation(op);
    if (invocation == nullptr) return;
    const bool retried = invocation->action == Action::acquire;
    messages_.push_back({.from = invocation->node,
                         .to = effect.node,
                         .op = op,
                         .sent = invocation->at,
                         .received = effect.at,
                         .sent_is_known = !retried || effect.at - invocation->at <= kOneTry,
                         .is_wrong = did_damage(effect),
                         .label = retried && effect.kind == EventKind::unnamed
                                      ? "take back"
                                      : request_label(*invocation)});
    if (effect.kind == EventKind::named) granted_by_[op] = effect;
  }

  // The first effect of an operation is the one that its client is told of, once that has happened.
  void answer(const Event& effect, OpId op, std::string label) {
    const auto completion = completions_.find(op);
    if (completion == completions_.end() || completion->second.outcome == Outcome::unknown ||
        completion->second.at < effect.at || std::exchange(is_answered_[op], true)) {
      return;
    }
    messages_.push_back({.from = effect.node,
                         .to = completion->second.node,
                         .op = op,
                         .sent = effect.at,
                         .received = completion->second.at,
                         .is_answer = true,
                         .is_refused = completion->second.outcome == Outcome::refused,
                         .is_wrong = did_damage(effect),
                         .label = std::move(label)});
  }

  std::string answer_label(const Event& applied) const {
    if (applied.outcome == Outcome::refused) return "refused";
    return applied.action == Action::read ? fmt::to_string(applied.value) : "ok";
  }

  bool did_damage(const Event& effect) const {
    if (effect.kind == EventKind::unnamed) {
      return effect.cause == Cause::deleted || effect.cause == Cause::overwritten;
    }
    if (effect.kind != EventKind::applied || effect.outcome != Outcome::ok) return false;
    const auto found = std::ranges::lower_bound(
        facts_.effects(), effect.at, {}, [](const Facts::Effect& one) { return one.event.at; });
    for (auto one = found; one != facts_.effects().end() && one->event.at == effect.at; ++one) {
      if (!(one->event == effect)) continue;
      return effect.action != Action::read && (facts_.is_stale(*one) || !one->lost.is_none());
    }
    return false;
  }

  // A grant is told by the server that was the last to name the hold; what nobody carried out is on its
  // way for ever.
  void add_unseen(const History& history) {
    for (const auto& [op, named] : granted_by_) {
      const auto completion = completions_.find(op);
      if (completion == completions_.end() || completion->second.outcome != Outcome::ok) continue;
      if (completion->second.at < named.at) continue;
      const std::int64_t fence = completion->second.fence;
      answer(named, op, fence == 0 ? "granted" : fmt::format("fence {}", fence));
    }
    std::map<OpId, bool> arrived;
    for (const Message& message : messages_) arrived[message.op] = true;
    const auto resource =
        std::ranges::find(facts_.subject().nodes, Role::resource, &NodeInfo::role);
    if (resource == facts_.subject().nodes.end()) return;
    const NodeId to(static_cast<std::uint32_t>(resource - facts_.subject().nodes.begin()));
    for (const Event& event : history.events) {
      const bool for_resource = event.kind == EventKind::invoke &&
                                event.action != Action::acquire && event.action != Action::release;
      if (!for_resource || arrived.contains(event.op)) continue;
      messages_.push_back({.from = event.node,
                           .to = to,
                           .op = event.op,
                           .sent = event.at,
                           .label = request_label(event)});
    }
  }

  // What a run kept says when each message was sent, and which there were beside those that had an effect.
  // An effect happens when the request arrives, and is answered at once.
  void use_kept(std::span<const SentMessage> kept) {
    using Key = std::tuple<NodeId, NodeId, TrueTime>;
    std::multimap<Key, std::size_t> arriving;
    std::multimap<Key, std::size_t> leaving;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      arriving.emplace(Key(kept[i].from, kept[i].to, kept[i].received), i);
      leaving.emplace(Key(kept[i].from, kept[i].to, kept[i].sent), i);
    }
    std::vector<bool> is_known(kept.size());
    for (Message& message : messages_) {
      const auto [begin, end] =
          message.is_answer ? leaving.equal_range(Key(message.from, message.to, message.sent))
                            : arriving.equal_range(Key(message.from, message.to, message.received));
      const auto same = std::find_if(begin, end, [&](const auto& one) {
        return !is_known[one.second] && kept[one.second].sent >= message.sent;
      });
      if (same == end) continue;
      is_known[same->second] = true;
      message.sent = kept[same->second].sent;
      message.received = kept[same->second].received;
      message.sent_is_known = true;
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!is_known[i]) add_bare(kept[i]);
    }
  }

  void add_bare(const SentMessage& kept) {
    const bool is_answer = facts_.subject().nodes[kept.to.value()].role == Role::client;
    messages_.push_back({.from = kept.from,
                         .to = kept.to,
                         .sent = kept.sent,
                         .received = kept.received,
                         .is_answer = is_answer,
                         .label = is_answer ? "" : kept.what});
  }

  const Facts& facts_;
  std::map<OpId, Event> completions_;
  std::map<OpId, Event> granted_by_;
  std::map<OpId, bool> is_answered_;
};

}  // namespace

std::vector<Message> messages_of(const Facts& facts, const History& history) {
  return Messages(facts, history).messages_;
}

}  // namespace picklock
