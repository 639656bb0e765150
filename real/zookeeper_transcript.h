// What a ZooKeeper service answered to a seeded list of operations of several sessions, as a text: the model
// and the real one must give the same.
//
//     + 2000ms: 1 3            time goes on; sessions 1 and 3 have expired
//     2 open                   session 2 is opened
//     1 create /a ephemeral sequential "x" = ok /a0000000000 c5 m5 v0 cv0 e1 d1 n0
//         ! created /a         a notification that came before the answer
//
// Notifications are in the order in which they came, unless the service has none. A stat shows czxid, mzxid, version, cversion, the number of the session that owns it, the length of the data
// and the number of children.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/zookeeper_client.h"
#include "base/time.h"
#include "real/zookeeper_connection.h"
#include "sim/servers/zookeeper_model.h"

namespace picklock {

inline constexpr std::size_t kZkSlots = 3;  // sessions at a time, from 0; the text counts from 1

// A service with sessions that are used one request at a time.
class ZooKeeperService {
 public:
  virtual ~ZooKeeperService() = default;
  // Opens a session; false: it cannot.
  virtual bool open(std::size_t slot) = 0;
  virtual void apply(std::size_t slot, const ZkRequest& request, ZkReply& reply) = 0;
  // What the session was notified of since the last call, in order.
  virtual std::vector<ZkEvent> events(std::size_t slot) = 0;
  // The service's clock goes on. The open sessions that have expired; `expected` of them do so soon at the
  // latest, if anybody knows.
  virtual std::vector<std::size_t> advance(Duration by,
                                           const std::vector<std::size_t>& expected) = 0;
  // What a session's end does to its own watches, it is told before it ends.
  virtual bool hears_its_end() const { return true; }
  // In the last step several znodes went with their sessions: ZooKeeper takes them out of a hash set.
  virtual bool has_no_order() const { return false; }
  // Which slot's session an ephemeral's owner is: its number, from 1; 0: nobody's.
  virtual std::size_t owner(std::int64_t session) const = 0;
};

class ModelZooKeeperService final : public ZooKeeperService, private ZooKeeperObserver {
 public:
  ModelZooKeeperService(Duration session_timeout, Duration tick);

  bool open(std::size_t slot) override;
  void apply(std::size_t slot, const ZkRequest& request, ZkReply& reply) override;
  std::vector<ZkEvent> events(std::size_t slot) override;
  std::vector<std::size_t> advance(Duration by, const std::vector<std::size_t>& expected) override;
  std::size_t owner(std::int64_t session) const override;
  bool has_no_order() const override { return gone_ > 1; }

 private:
  void on_created(std::string_view /*path*/, std::int64_t /*session*/) override {}
  void on_deleted(std::string_view /*path*/, ZkRemoval why) override {
    if (why != ZkRemoval::deleted) ++gone_;
  }
  void sort_out();

  ZooKeeperModel model_;
  std::size_t gone_ = 0;  // with their sessions, in the last step
  LocalTime now_{};
  std::array<std::int64_t, kZkSlots> sessions_{};
  std::array<std::vector<ZkEvent>, kZkSlots> events_;
};

// Over connections to a server that has just been started, and whose clock is moved by `advance_clock`.
class RealZooKeeperService final : public ZooKeeperService {
 public:
  RealZooKeeperService(std::uint16_t port, Duration session_timeout,
                       std::function<void(Duration by)> advance_clock);

  bool open(std::size_t slot) override;
  void apply(std::size_t slot, const ZkRequest& request, ZkReply& reply) override;
  std::vector<ZkEvent> events(std::size_t slot) override;
  std::vector<std::size_t> advance(Duration by, const std::vector<std::size_t>& expected) override;
  std::size_t owner(std::int64_t session) const override;

 private:
  std::uint16_t port_;
  Duration session_timeout_;
  std::function<void(Duration by)> advance_clock_;
  std::array<std::optional<ZooKeeperConnection>, kZkSlots> connections_;
  std::array<std::vector<ZkEvent>, kZkSlots> events_;
};

// One step after another, each a function of the seed and of what is open; never two services apart, so
// whoever drives two of them compares after each step.
class ZooKeeperScript {
 public:
  struct Step {
    enum class Kind : std::uint8_t { open, request, time } kind{};
    std::size_t slot = 0;
    ZkRequest request;
    Duration by{};
  };

  explicit ZooKeeperScript(std::uint64_t seed) : seed_(seed) {}
  Step next();
  // The session of this slot was opened, or has ended.
  void set_open(std::size_t slot, bool is_open) { open_.at(slot) = is_open; }

 private:
  std::uint64_t below(std::uint64_t limit);
  std::string path();
  ZkRequest request();

  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
  std::uint64_t now_ms_ = 0;
  std::array<bool, kZkSlots> open_{};
};

// Carries out the script on a service and writes down what it did.
class ZooKeeperTranscriber {
 public:
  explicit ZooKeeperTranscriber(ZooKeeperService& service) : service_(service) {}

  // What the service did in one step, as far as it cannot be told by looking at another.
  struct Seen {
    std::vector<std::size_t> expired;  // sessions, by a step in time
    bool has_no_order = false;         // of the notifications that it caused
  };

  // The lines of this step. `elsewhere`: what another service has seen in it.
  std::string carry_out(const ZooKeeperScript::Step& step, const Seen& elsewhere);
  const Seen& seen() const { return seen_; }

 private:
  std::string request_text(const ZkRequest& asked, const ZkReply& reply) const;
  std::string text(const ZkStat& stat) const;

  ZooKeeperService& service_;
  Seen seen_;
  std::array<bool, kZkSlots> unordered_{};  // the notifications to come
};

}  // namespace picklock
