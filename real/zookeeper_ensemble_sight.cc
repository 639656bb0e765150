#include "real/zookeeper_ensemble_sight.h"

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "real/patience.h"
#include "real/zookeeper_server.h"

namespace picklock {
namespace {

Diagnostics silent_node() {
  return {{.expected = "expected every node of the ensemble to answer, but one is gone"}};
}

// The line of "dump" above a session says when it ends.
std::string end_of_session(std::string_view dump, std::int64_t session) {
  constexpr std::string_view kExpire = "expire at ";
  const std::string_view tracked = dump.substr(0, dump.find("ephemeral nodes"));
  const std::size_t place = tracked.find(fmt::format("\t0x{:x}\n", session));
  if (place == std::string_view::npos) return {};
  const std::size_t line = tracked.substr(0, place).rfind(kExpire);
  if (line == std::string_view::npos) return {};
  const std::string_view end = tracked.substr(line + kExpire.size());
  return std::string(end.substr(0, end.find('\n')));
}

// Behind the first reply is what was to be sent before it (real/zookeeper_watch.h).
bool ping_twice(ZooKeeperConnection& session) {
  return session.ping() && session.ping();
}

}  // namespace

ZooKeeperEnsembleSight::Node& ZooKeeperEnsembleSight::at(std::size_t i) {
  if (nodes_.size() < members_.size()) nodes_.resize(members_.size());
  return nodes_[i];
}

bool ZooKeeperEnsembleSight::is_follower(std::size_t i) {
  return i != members_.leader() && members_.runs(i) && at(i).session.has_value();
}

Diagnostics ZooKeeperEnsembleSight::open(std::size_t i) {
  const Duration longest = ZooKeeperServerProcess::kLongestSession / 2;
  const Duration whole = longest / tick_ * tick_;
  Result<ZooKeeperConnection> session = open_zookeeper_sight(members_.port(i), whole);
  if (!session) return session.error();
  at(i).session.emplace(std::move(session).value());
  Result<ZooKeeperConnection> later =
      ZooKeeperConnection::open(members_.port(i), whole + tick_ / 2);
  if (!later) return later.error();
  at(i).half_later.emplace(std::move(later).value());
  return {};
}

std::int64_t ZooKeeperEnsembleSight::close(std::size_t i) {
  const std::int64_t zxid = at(i).session ? at(i).session->last_zxid() : 0;
  at(i) = Node{};
  return zxid;
}

bool ZooKeeperEnsembleSight::catch_up(std::size_t i) {
  if (!at(i).session || !ping_twice(*at(i).session)) return false;
  const std::int64_t zxid = at(i).session->last_zxid();
  for (std::size_t other = 0; other < members_.size(); ++other) {
    if (other == i || !members_.runs(other) || !at(other).session) continue;
    ZooKeeperConnection& session = *at(other).session;
    bool answers = true;
    const bool is_there = becomes_true([&] {
      answers = ping_twice(session);
      return !answers || session.last_zxid() >= zxid;
    });
    // What it sent to others before this reply has left with the one behind it.
    if (!is_there || !answers || !ping_twice(session)) return false;
  }
  return true;
}

void ZooKeeperEnsembleSight::nudge() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_.runs(i) && at(i).session) at(i).session->ping();
  }
}

bool ZooKeeperEnsembleSight::collect(std::vector<ZkEvent>& events) {
  if (!catch_up(members_.leader())) return false;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!at(i).session) continue;
    // All of them are told the same.
    std::vector<ZkEvent> told = std::exchange(at(i).session->events(), {});
    if (i == members_.leader()) events.insert(events.end(), told.begin(), told.end());
  }
  return true;
}

bool ZooKeeperEnsembleSight::has(const std::string& path) {
  ZkReply reply;
  at(members_.leader()).session->execute(ZkRequest{.op = ZkOp::exists, .path = path}, reply);
  return reply.is_ok();
}

// --- Half ticks -------------------------------------------------------------------------------------

bool ZooKeeperEnsembleSight::has_moved(std::size_t i, const std::string& dump) {
  const std::array<std::string, 2> ends{end_of_session(dump, at(i).session->session()),
                                        end_of_session(dump, at(i).half_later->session())};
  return ends != at(i).ends;
}

bool ZooKeeperEnsembleSight::leader_has_read_answers() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (is_follower(i) && !at(i).session->sync()) return false;
  }
  return true;
}

bool ZooKeeperEnsembleSight::expect_question() {
  const std::string said = dump();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!is_follower(i)) continue;
    at(i).ends = {end_of_session(said, at(i).session->session()),
                  end_of_session(said, at(i).half_later->session())};
    for (auto* const session : {&at(i).session, &at(i).half_later}) {
      if (!(*session)->ping()) return false;
    }
  }
  return !said.empty();
}

std::optional<bool> ZooKeeperEnsembleSight::has_asked() {
  const std::string said = dump();
  if (said.empty()) return std::nullopt;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (is_follower(i) && !has_moved(i, said)) return false;
  }
  if (!members_.awaits_half_tick()) return false;
  if (!leader_has_read_answers()) return std::nullopt;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    at(i).was_asked |= members_.is_up(i) && !members_.runs(i);
  }
  return expect_question() ? std::optional(true) : std::nullopt;
}

Diagnostics ZooKeeperEnsembleSight::wait_until_asked() {
  bool answers = true;
  const bool asked = becomes_true([&] {
    const std::optional<bool> said = has_asked();
    answers = said.has_value();
    return !answers || *said;
  });
  if (!answers) return silent_node();
  if (asked) return {};
  return {{.expected = "expected the leader to ask its followers each half tick of the clock that "
                       "it is shown (is java linked statically?)"}};
}

Result<bool> ZooKeeperEnsembleSight::resume(std::size_t i) {
  using Resumed = Result<bool>;
  if (!at(i).session) return Resumed(false);
  if (!catch_up(members_.leader())) return Resumed(silent_node());
  const bool was_asked = std::exchange(at(i).was_asked, false);
  const bool heard = !was_asked || becomes_true([&] { return has_moved(i, dump()); });
  if (!heard || !leader_has_read_answers() || !expect_question()) return Resumed(silent_node());
  return Resumed(was_asked);
}

}  // namespace picklock
