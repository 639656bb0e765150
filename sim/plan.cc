#include "sim/plan.h"

#include <utility>

#include "scenarios/fault_words.h"

namespace picklock {

LockOptions lock_options(const Scenario& scenario) {
  const LockSpec& spec = scenario.lock;
  LockOptions options;
  options.ttl = spec.ttl;
  options.margin = spec.margin;
  options.wait = spec.wait;
  options.retry = spec.retry;
  options.retry_jitter = spec.retry_jitter;
  options.renew = spec.renew;
  options.acks = spec.acks;
  options.sync = spec.sync;
  return options;
}

ClientScript client_script(const Scenario& scenario, const ClientSpec& spec) {
  return {.start = spec.start,
          .rounds = spec.rounds,
          .workload = scenario.resource.workload,
          .slot = scenario.resource.slot,
          .diligent = scenario.diligent};
}

Subject describe(const Scenario& scenario, const LockInfo& lock, const OwnerRule& owner_rule,
                 std::vector<NodeInfo> nodes) {
  Subject subject;
  subject.nodes = std::move(nodes);
  for (const Fault& fault : scenario.faults) subject.faults.push_back(in_words(fault));
  if (lock.leased) {
    const bool session = scenario.servers.kind == "zookeeper";
    subject.ttl = session ? scenario.servers.session_timeout : scenario.lock.ttl;
  }
  subject.rate_error = Ratio(1, 100);
  subject.quorum = owner_rule.quorum;
  subject.servers_observed = true;
  subject.fenced = lock.fenced;
  subject.acquire_wait = scenario.lock.wait;
  // Beyond its wait an acquire may need one last try and its clean-up: a few calls, each bounded.
  subject.acquire_slack =
      4 * scenario.lock.call_timeout + scenario.lock.retry + scenario.lock.retry_jitter;
  subject.diligent = scenario.diligent;
  subject.workload = scenario.resource.workload;
  subject.initial = scenario.resource.initial;
  subject.progress_bound = scenario.progress_bound;
  subject.recovery_bound = scenario.recovery_bound;
  return subject;
}

}  // namespace picklock
