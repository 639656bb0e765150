#include "real/throughput.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/require.h"
#include "real/obstacles.h"
#include "real/real_servers.h"

namespace picklock {
namespace {

constexpr std::size_t kMostConnections = 900;  // of the 1,024 files that a process may have open

double per_second(std::uint64_t count, Duration length) {
  return static_cast<double>(count) * 1e9 / static_cast<double>(length.count());
}

}  // namespace

std::vector<std::string> throughput_obstacles(const Scenario& scenario) {
  Scenario quiet = scenario;  // of what is not carried out here, nothing stands in the way
  quiet.network = {};
  quiet.faults.clear();
  quiet.clients.resize(1);
  std::vector<std::string> found = obstacles(quiet);
  if (scenario.servers.replicas > 0) {
    found.emplace_back("a primary with replicas is not measured");
  }
  if (scenario.servers.is_ensemble()) {
    found.emplace_back("an ensemble is not measured");
  }
  const std::size_t connections = scenario.clients.size() * scenario.servers.count;
  if (connections > kMostConnections) {
    found.push_back(fmt::format("it needs {} connections, and at most {} are made", connections,
                                kMostConnections));
  }
  return found;
}

RealThroughput::RealThroughput(const Scenario& scenario, const LockRegistry& locks,
                               ThroughputOptions options)
    : scenario_(scenario),
      lock_(*locks.find(scenario.lock.algorithm)),
      options_(std::move(options)) {}

Diagnostics RealThroughput::start() {
  std::signal(SIGPIPE, SIG_IGN);  // hiredis writes to servers that may be dead
  Result<RunDirectory> directory = RunDirectory::create();
  if (!directory) return directory.error();
  directory_.emplace(std::move(directory).value());
  const auto& kinds = real_server_kinds();
  const auto kind = std::ranges::find(kinds, scenario_.servers.kind, &RealServerKind::name);
  require(kind != kinds.end(), "a scenario with obstacles is not measured");
  servers_ = kind->for_throughput(scenario_);
  Diagnostics wrong = servers_->start(directory_->path());
  if (!wrong.empty()) return wrong;
  connect_ = servers_->connector();
  wrong = learn_pair();
  if (!wrong.empty()) return wrong;
  wrong = open_lines();
  if (!wrong.empty()) return wrong;
  for (std::uint32_t i = 1; i <= scenario_.clients.size(); ++i) {
    clients_.push_back(make_client(i, places_));
  }
  const TrueTime began = loop_.now();
  wrong = run(clients_, options_.length / 4);
  rate_ = per_second(round_.pairs, loop_.now() - began);
  return wrong;
}

// One pair, whose requests to the first server are written down on their way.
Diagnostics RealThroughput::learn_pair() {
  std::string requests;
  std::vector<std::uint16_t> ports = servers_->ports();
  DelayLine line(loop_, {.server = ports.front(),
                         .on_request = [&requests](std::string_view seen) { requests += seen; }});
  if (line.port() == 0) return {{.expected = "expected a free TCP port on 127.0.0.1"}};
  ports.front() = line.port();
  std::vector<std::unique_ptr<PairClient>> one;
  one.push_back(make_client(0, {ports.begin(), ports.end()}));
  Diagnostics wrong = run(one, {});
  loop_.events().cancel_all();  // those of the client, which lives no longer
  return wrong.empty() && !is_stopped() ? servers_->learn(requests) : wrong;
}

Diagnostics RealThroughput::open_lines() {
  const std::vector<std::uint16_t> ports = servers_->ports();
  for (std::size_t i = 0; i < ports.size(); ++i) {
    places_.emplace_back(ports[i]);
    const auto delay = options_.delays.find(server_name(i));
    if (delay == options_.delays.end()) continue;
    const DelayLine::Options options{.server = ports[i], .each_way = delay->second / 2};
    lines_.push_back(std::make_unique<DelayLine>(loop_, options));
    if (lines_.back()->port() == 0) return {{.expected = "expected a free TCP port on 127.0.0.1"}};
    places_.back().port = lines_.back()->port();
  }
  return {};
}

std::unique_ptr<PairClient> RealThroughput::make_client(std::uint32_t number,
                                                        std::vector<LocalPlace> places) {
  return std::make_unique<PairClient>(
      loop_,
      PairClient::Options{scenario_, lock_, number, std::move(places), connect_, options_.rest});
}

Diagnostics RealThroughput::run(const std::vector<std::unique_ptr<PairClient>>& clients,
                                Duration length) {
  round_ = {};
  is_over_ = false;
  for (const auto& client : clients) {
    client->start(
        [this, first = true]() mutable { return !std::exchange(first, false) && is_over_; },
        round_);
  }
  loop_.events().at(loop_.now() + length, [this] { is_over_ = true; });
  const auto all_done = [&] {
    return std::ranges::all_of(clients, [](const auto& client) { return client->is_done(); });
  };
  std::string gone;
  const bool over = loop_.run_until(all_done, length + options_.patience, [&] {
    gone = who_is_gone();
    return is_stopped() || !gone.empty();
  });
  if (is_stopped()) return {};
  if (gone.empty()) gone = who_is_gone();
  if (!gone.empty()) return {{.expected = gone}};
  const auto patience = std::chrono::duration_cast<std::chrono::seconds>(options_.patience);
  if (!over) {
    return {{.expected = fmt::format("expected the {} to answer within {} s",
                                     scenario_.servers.kind, patience.count())}};
  }
  if (round_.pairs > 0) return {};
  return {{.expected = fmt::format("expected {} to be granted and released, but of {} acquires "
                                   "{} were granted and none was released",
                                   lock_.name, round_.asked, round_.acquires.size())}};
}

Result<std::optional<RealThroughput::Round>> RealThroughput::measure() {
  using Measured = Result<std::optional<Round>>;
  const TrueTime began = loop_.now();
  const Diagnostics wrong = run(clients_, options_.length);
  if (!wrong.empty()) return Measured(wrong);
  if (is_stopped()) return Measured(std::nullopt);
  Round round{.pairs = round_.pairs, .length = loop_.now() - began};
  rate_ = round.pairs_per_second();
  // As long as that took, but not so few that the start of the program counts.
  constexpr double kFewest = 5000;
  const double wanted = rate_ * static_cast<double>(options_.length.count()) / 1e9;
  const Result<std::optional<double>> ceiling =
      servers_->ceiling(static_cast<std::uint32_t>(clients_.size()),
                        static_cast<std::uint64_t>(std::max(kFewest, wanted)),
                        [this] { return is_stopped() || !who_is_gone().empty(); });
  if (is_stopped()) return Measured(std::nullopt);
  const std::string gone = who_is_gone();
  if (!gone.empty()) return Measured::failure(gone);
  if (!ceiling) return Measured(ceiling.error());
  round.ceiling = *ceiling;
  counts_.asked += round_.asked;
  counts_.pairs += round_.pairs;
  counts_.acquires.insert(counts_.acquires.end(), round_.acquires.begin(), round_.acquires.end());
  return Measured(round);
}

double RealThroughput::Round::pairs_per_second() const {
  return per_second(pairs, length);
}

std::string RealThroughput::server_name(std::size_t i) const {
  return fmt::format("{}-{}", scenario_.servers.kind, i + 1);
}

std::string RealThroughput::who_is_gone() {
  for (std::size_t i = 0; i < servers_->ports().size(); ++i) {
    const auto status = servers_->process(i).ended();
    if (status)
      return fmt::format("expected {} to go on, but it {}", server_name(i), describe_end(*status));
  }
  return {};
}

}  // namespace picklock
