#include "checker/lock_server_history.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "base/hash.h"
#include "base/require.h"
#include "base/wide.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

// log2(x) in units of 2^-24, for x > 0, rounded down: one bit for each squaring.
std::uint64_t log2_fixed(std::uint64_t x) {
  const int exponent = 63 - std::countl_zero(x);
  std::uint64_t mantissa = x << (63 - exponent);  // in [1, 2), as 1.63
  auto result = static_cast<std::uint64_t>(exponent);
  for (int bit = 0; bit < 24; ++bit) {
    const Uint128 square = static_cast<Uint128>(mantissa) * mantissa;
    const bool carries = (square >> 127) != 0;
    mantissa = static_cast<std::uint64_t>(square >> (carries ? 64 : 63));
    result = result << 1 | (carries ? 1 : 0);
  }
  return result;
}

// Exponential with the given mean, without floating point: -ln(u) * mean for u in (0, 1].
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(mix(seed)) {}

  Duration exponential(Duration mean) {
    constexpr std::uint64_t kLn2 = 11'629'080;  // ln 2 in units of 2^-24
    state_ = mix(state_);
    const std::uint64_t u = (state_ >> 32) + 1;  // in 2^-32
    const std::uint64_t minus_log2 = (std::uint64_t{32} << 24) - log2_fixed(u);
    const Uint128 scaled = static_cast<Uint128>(minus_log2) * kLn2 *
                           static_cast<std::uint64_t>(std::max<std::int64_t>(0, mean.count()));
    return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(scaled >> 48))};
  }

 private:
  std::uint64_t state_;
};

class LockServer {
 public:
  explicit LockServer(const LockServerWorkload& workload)
      : workload_(workload), draws_(workload.seed), injection_at_(workload.operations / 10 * 9) {
    require(workload.clients > 0, "a history needs a client");
    history_.objects.emplace_back();
    history_.operations.reserve(workload.operations);
    clients_.resize(workload.clients);
    for (std::uint32_t client = 0; client < workload.clients; ++client) {
      start_process(client);
      schedule(draws_.exponential(workload.latency), Step::invoke, client);
    }
  }

  OperationHistory run() {
    while (!agenda_.empty()) {
      const Event event = agenda_.top();
      agenda_.pop();
      now_ = event.at;
      switch (event.step) {
        case Step::invoke:
          invoke(event.client);
          break;
        case Step::request:
          decide(event.client);
          break;
        case Step::give_back:
          if (!clients_[event.client].is_extra) pass_on(event.client);
          answer(event.client, Outcome::ok);
          break;
        case Step::lost_give_back:
          pass_on(kNoIndex);
          break;
        case Step::reply:
          complete(event.client);
          break;
      }
    }
    return std::move(history_);
  }

 private:
  enum class Step : std::uint8_t { invoke, request, give_back, lost_give_back, reply };
  struct Event {
    TrueTime at{};
    std::uint64_t number = 0;
    std::uint32_t client = 0;
    Step step{};
    friend bool operator>(const Event& a, const Event& b) {
      return std::tuple(a.at, a.number) > std::tuple(b.at, b.number);
    }
  };
  struct Client {
    std::uint32_t process = 0;
    std::uint32_t operation = kNoIndex;  // in flight
    bool holds = false;
    bool is_extra = false;  // holds by the injected grant
    Outcome answer{};       // on its way
    TrueTime learns{};      // of its grant ...
    TrueTime gives_back{};  // ... and invokes the release
  };

  void schedule(Duration in, Step step, std::uint32_t client) {
    agenda_.push({.at = now_ + in, .number = scheduled_++, .client = client, .step = step});
  }

  void start_process(std::uint32_t client) {
    const auto process = static_cast<std::uint32_t>(history_.processes.size());
    clients_[client] = {.process = process};
    history_.processes.push_back(fmt::format("{}", process));
    history_.owners.push_back(history_.processes.back());
  }

  void invoke(std::uint32_t index) {
    const std::uint64_t number = history_.operations.size();
    if (number >= workload_.operations) return;
    Client& client = clients_[index];
    client.operation = static_cast<std::uint32_t>(number);
    history_.operations.push_back({.invoked = now_,
                                   .process = client.process,
                                   .owner = client.process,
                                   .verb = client.holds ? Verb::release : Verb::acquire});
    const Duration way = draws_.exponential(workload_.latency);
    if (lost_ < workload_.unknowns &&
        number * (workload_.unknowns + 1) >= (lost_ + 1) * injection_at_) {
      // A lost request never reached the server; a lost release did, or the lock were gone for ever.
      ++lost_;
      if (client.holds && !client.is_extra) schedule(way, Step::lost_give_back, index);
      start_process(index);
      schedule(4 * workload_.latency, Step::invoke, index);
    } else {
      schedule(way, client.holds ? Step::give_back : Step::request, index);
    }
  }

  void decide(std::uint32_t index) {
    const bool is_due = history_.operations.size() >= injection_at_ && !injected_;
    if (holder_ == kNoIndex) {
      if (is_due && workload_.injection == Injection::free_refusal && refuses(index)) {
        answer(index, Outcome::refused);
      } else {
        grant(index);
      }
    } else if (is_due && workload_.injection == Injection::double_grant && overlaps(index)) {
      injected_ = true;
      clients_[index].is_extra = true;
      answer(index, Outcome::ok);
    } else if (workload_.tries) {
      answer(index, Outcome::refused);
    } else {
      waiting_.push_back(index);
    }
  }

  // The free lock is refused until a request comes that was invoked after the return of one which was
  // itself refused and invoked after the last release had returned: that one is beyond explanation.
  bool refuses(std::uint32_t index) {
    const Operation& request = history_.operations[clients_[index].operation];
    if (request.invoked > refused_until_) {
      injected_ = true;
      return false;
    }
    if (refused_until_ == kNever && request.invoked > given_back_) {
      refused_by_ = index;
    }
    return true;
  }

  // Plans a second grant, and says whether both clients will hold the lock at one instant.
  bool overlaps(std::uint32_t index) {
    plan(index);
    const Client& holder = clients_[holder_];
    const Client& extra = clients_[index];
    return std::max(holder.learns, extra.learns) < std::min(holder.gives_back, extra.gives_back);
  }

  void plan(std::uint32_t index) {
    Client& client = clients_[index];
    client.learns = now_ + draws_.exponential(workload_.latency);
    client.gives_back = client.learns + draws_.exponential(workload_.hold);
  }

  void grant(std::uint32_t index) {
    plan(index);
    holder_ = index;
    answer(index, Outcome::ok);
  }

  // The holder's release arrived; `index` will hear of it, unless the reply is lost.
  void pass_on(std::uint32_t index) {
    holder_ = kNoIndex;
    giver_ = index;
    given_back_ = kNever;
    if (waiting_.empty()) return;
    const std::uint32_t next = waiting_.front();
    waiting_.pop_front();
    grant(next);
  }

  void answer(std::uint32_t index, Outcome outcome) {
    Client& client = clients_[index];
    client.answer = outcome;
    const bool is_planned = outcome == Outcome::ok && !client.holds;
    schedule(is_planned ? client.learns - now_ : draws_.exponential(workload_.latency), Step::reply,
             index);
  }

  void complete(std::uint32_t index) {
    Client& client = clients_[index];
    Operation& operation = history_.operations[client.operation];
    operation.returned = now_;
    operation.outcome = client.answer;
    if (client.answer == Outcome::refused) {
      if (refused_by_ == index && refused_until_ == kNever) refused_until_ = now_;
      schedule(draws_.exponential(workload_.think), Step::invoke, index);
    } else if (client.holds) {
      client.holds = client.is_extra = false;
      if (giver_ == index) given_back_ = now_;
      schedule(draws_.exponential(workload_.think), Step::invoke, index);
    } else {
      client.holds = true;
      schedule(client.gives_back - now_, Step::invoke, index);
    }
  }

  LockServerWorkload workload_;
  Draws draws_;
  std::uint64_t injection_at_;
  OperationHistory history_;
  std::vector<Client> clients_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> agenda_;
  std::uint64_t scheduled_ = 0;
  TrueTime now_{};
  std::uint32_t holder_ = kNoIndex;
  std::deque<std::uint32_t> waiting_;
  std::uint64_t lost_ = 0;
  bool injected_ = false;
  std::uint32_t giver_ = kNoIndex;       // whose release was the last to arrive ...
  TrueTime given_back_ = kNever;         // ... and when it returned
  std::uint32_t refused_by_ = kNoIndex;  // the refusal that nothing will explain ...
  TrueTime refused_until_ = kNever;      // ... and when it returned
};

}  // namespace

OperationHistory record_lock_server(const LockServerWorkload& workload) {
  return LockServer(workload).run();
}

}  // namespace picklock
