// A scenario: a validated plan of one experiment. It knows nothing of JSON, simulator or server.
//
// Names: clients are "client-1", "client-2", ...; servers "<kind>-1", ... ("redis-1", "zookeeper-1"),
// "sentinel-1", ...; the protected resource is "resource". docs/scenario-format.md describes the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/operation.h"
#include "base/ratio.h"
#include "base/time.h"

namespace picklock {

// How long something takes: a constant, or a distribution to draw from. All integers: draws are exact
// and portable.
struct DurationSpec {
  enum class Kind : std::uint8_t {
    constant,     // min
    uniform,      // from min to max, both included
    exponential,  // min + an exponential part of this mean, cut at max
    log_normal,   // min + a log-normal part of this median (`mean`) and sigma, cut at max
    pareto,       // scale `min`, shape alpha, cut at max
    histogram,    // one of `buckets` by weight, then uniform between the last bound and this one
  };
  Kind kind = Kind::constant;
  Duration min{};
  Duration max = kForever;
  Duration mean{};
  std::uint32_t shape_thousandths = 1000;  // sigma of log_normal, alpha of pareto, times 1000
  std::vector<std::pair<Duration, std::uint32_t>> buckets;  // upper bound, weight; rising bounds

  static DurationSpec constant(Duration d) { return DurationSpec{.min = d}; }
  friend bool operator==(const DurationSpec&, const DurationSpec&) = default;
};

// When a fault strikes.
struct Anchor {
  enum class Kind : std::uint8_t {
    time,    // `at` after the start
    before,  // just before the nth time that `node` does `point` ("client-1 write")
    after,   // just after the nth time that `node` did `point` ("client-1 acquired")
  };
  Kind kind = Kind::time;
  DurationSpec at;        // Kind::time
  std::string node;       // Kind::before and after
  std::string point;      // an operation, an event, a server's command, or a lock's own step label
  std::uint32_t nth = 1;  // 0 = every time
  DurationSpec delay;     // and then this much later
  std::optional<DurationSpec> every;  // Kind::time: again and again, this far apart
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

// Messages that a message fault applies to: "client-1 -> redis-1 SET", "redis-1 -> client-1 SET" (the
// reply to a SET), "client-1 -> resource write". "*" matches every node or command.
struct MessagePattern {
  std::string from = "*";
  std::string to = "*";
  std::string what = "*";
  std::uint32_t nth = 1;    // the first that is hit, counted from the anchor on
  std::uint32_t count = 1;  // how many are hit from there on; 0 = all
  friend bool operator==(const MessagePattern&, const MessagePattern&) = default;
};

enum class FaultKind : std::uint8_t {
  pause,       // the process stands still for `length`; clocks run on, messages wait in its sockets
  suspend,     // the machine sleeps for `length`: its monotonic clock stops as well
  crash,       // the process dies; with a finite `length` it starts again after it
  partition,   // messages between `groups` are cut for `length`
  delay,       // matching messages take `by` longer
  lose,        // matching messages vanish
  duplicate,   // matching messages arrive again, `by` later
  reorder,     // matching messages may overtake earlier ones: they arrive before what is in flight
  reset,       // connections between `nodes` and `peers` break; calls in flight become unknown
  clock_step,  // the wall clock jumps by `by`
  clock_rate,  // clocks gain `ppm` millionths for `length`
  clock_freeze,  // the wall clock stands still for `length`
  promote,       // a replica becomes the primary
};

struct Fault {
  FaultKind kind{};
  std::string name;  // unique in the scenario: its own, or "<kind> <number>"
  Anchor when;
  std::vector<std::string> on;  // the nodes it strikes
  DurationSpec length = DurationSpec::constant(kForever);
  Duration by{};
  std::int32_t ppm = 0;
  // crash
  bool power_loss = false;   // what was not fsynced is gone; peers get silence instead of a reset
  bool memory_lost = false;  // it starts again with an empty disk
  // partition
  std::vector<std::vector<std::string>> groups;  // no message between members of different groups
  bool one_way = false;                          // only from the first group to the others
  bool hold = false;                             // messages wait for the end instead of being lost
  // delay, lose, duplicate, reorder
  MessagePattern message;
  // reset
  std::vector<std::string> peers;
  friend bool operator==(const Fault&, const Fault&) = default;
};

// Faults that nobody plans: each seed has a swarm of its own (search/swarm.h).
struct SwarmSpec {
  std::uint32_t fewest = 1;      // in one run
  std::uint32_t most = 2;        // in one run
  std::vector<FaultKind> kinds;  // none: all that can be placed
  friend bool operator==(const SwarmSpec&, const SwarmSpec&) = default;
};

struct ClockSpec {
  Duration offset{};     // of the wall clock at the start
  std::int32_t ppm = 0;  // rate error of all clocks of the node
  friend bool operator==(const ClockSpec&, const ClockSpec&) = default;
};

struct LockSpec {
  std::string algorithm;
  Duration ttl = std::chrono::seconds(10);
  Duration margin{};
  Duration wait = std::chrono::seconds(30);
  Duration retry = std::chrono::milliseconds(100);
  Duration retry_jitter = std::chrono::milliseconds(20);
  Duration renew = std::chrono::seconds(3);
  std::uint32_t acks = 0;                          // how many replicas must have a grant ...
  Duration sync = std::chrono::milliseconds(500);  // ... within this
  Duration call_timeout = std::chrono::seconds(1);
  friend bool operator==(const LockSpec&, const LockSpec&) = default;
};

enum class AofPolicy : std::uint8_t {
  off,
  always,
  everysec,
  no
};  // `off`: nothing survives a crash

enum class ReadsFrom : std::uint8_t { primary, replica };

struct ServersSpec {
  std::string kind;  // the protocol: "redis", "zookeeper"
  std::uint32_t count = 1;
  std::uint32_t replicas = 0;                      // redis: asynchronous, of the one server
  std::uint32_t min_replicas = 0;                  // redis: with fewer in touch, writes are refused
  Duration max_lag = std::chrono::seconds(10);     // redis: in touch: acknowledged within this
  ReadsFrom reads = ReadsFrom::primary;            // redis: where clients send what only reads
  std::uint32_t sentinels = 0;                     // redis: they watch the primary, and replace it
  std::uint32_t quorum = 0;                        // of sentinels: so many find it down; 0: most
  Duration down_after = std::chrono::seconds(30);  // redis: silent for so long is down
  Duration failover_timeout = std::chrono::minutes(3);  // redis: of what sentinels do
  AofPolicy aof = AofPolicy::off;                       // redis
  bool active_expiry = true;                            // redis
  Duration session_timeout = std::chrono::seconds(10);  // zookeeper
  Duration tick = std::chrono::seconds(2);              // zookeeper: sessions end on a tick
  Duration election = std::chrono::seconds(2);          // zookeeper: without a leader for so long

  std::uint32_t stores() const { return count + replicas; }     // they come first
  std::uint32_t nodes() const { return stores() + sentinels; }  // and the sentinels behind them
  std::uint32_t needed_quorum() const { return quorum > 0 ? quorum : sentinels / 2 + 1; }
  // Several servers that are one service.
  bool is_ensemble() const { return kind == "zookeeper" && count > 1; }
  friend bool operator==(const ServersSpec&, const ServersSpec&) = default;
};

// What one client does: `rounds` times think, acquire, work for `hold`, release.
struct ClientSpec {
  Duration start{};
  std::uint32_t rounds = 1;
  DurationSpec think;
  DurationSpec hold = DurationSpec::constant(std::chrono::milliseconds(20));
  friend bool operator==(const ClientSpec&, const ClientSpec&) = default;
};

struct ResourceSpec {
  Workload workload = Workload::counter;
  Fencing fencing = Fencing::none;
  std::int64_t initial = 0;                  // counter or stock
  Duration slot = std::chrono::seconds(60);  // scheduled_job: length of a slot
  Duration call_timeout = std::chrono::seconds(1);
  friend bool operator==(const ResourceSpec&, const ResourceSpec&) = default;
};

struct NetworkSpec {
  DurationSpec delay = DurationSpec::constant(std::chrono::microseconds(500));  // one way
  Ratio loss;              // of messages; on a stream this is a stall, so it needs `datagrams`
  Ratio duplication;       // needs `datagrams`
  bool datagrams = false;  // false: a stream, FIFO from each node to each other node
  bool any_order = false;  // what is due at one instant comes in any order, drawn
  friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

enum class Expected : std::uint8_t { holds, violated, any };

// A variant that should, or should not, make the scenario safe.
struct Fix {
  std::string name;
  std::string about;
  // JSON pointer -> replacement value as JSON text, applied to the file's own JSON.
  std::vector<std::pair<std::string, std::string>> set;
  std::map<std::string, Expected> expect;  // by property; wins over the scenario's own
  friend bool operator==(const Fix&, const Fix&) = default;
};

struct Scenario {
  std::string name;
  std::string about;
  std::string pitfall;  // "P14"; empty for none
  LockSpec lock;
  ServersSpec servers;
  std::vector<ClientSpec> clients;          // client-1, client-2, ...
  bool diligent = false;                    // clients consult the deadline before each operation
  std::map<std::string, ClockSpec> clocks;  // by node name
  ResourceSpec resource;
  NetworkSpec network;
  std::vector<Fault> faults;
  std::optional<SwarmSpec> swarm;                // then `faults` is empty
  Duration duration = std::chrono::seconds(60);  // of true time
  std::uint64_t max_events = 10'000'000;
  Duration progress_bound = kForever;
  Duration recovery_bound = kForever;
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 1;
  std::map<std::string, Expected> expect;  // by property
  std::vector<Fix> fixes;
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

// "client-1", "redis-3", "resource": every name that a scenario's faults may use.
std::vector<std::string> node_names(const Scenario& scenario);

}  // namespace picklock
