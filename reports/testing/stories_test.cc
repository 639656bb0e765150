#include "reports/testing/stories.h"

#include "reports/testing/history_builder.h"

namespace picklock::testing {
namespace {

using namespace std::chrono_literals;

RunPicture picture(HistoryBuilder& story, Duration end, std::string property,
                   Counterexample counterexample) {
  RunPicture run{.history = story.build(end), .counterexample = std::move(counterexample)};
  run.property = std::move(property);
  run.seed = 7;
  run.digest = digest_of(run.history);
  return run;
}

TrueTime at(Duration since_start) {
  return TrueTime{since_start};
}

struct Pause {
  HistoryBuilder story{2, 1};
  OpId first, second, read, write;
};

// client-1 is paused between its read and its write; client-2 gets the lock meanwhile.
Pause pause_until_stale(bool fenced) {
  Pause p;
  HistoryBuilder& s = p.story;
  s.subject.ttl = 10s;
  s.subject.fenced = fenced;
  s.subject.faults = {"client-1 is paused for 14s"};
  p.first = s.acquire(2ms, "client-1");
  s.named(3ms, "redis-1", p.first);
  s.granted(6ms, p.first, 10s, fenced ? 33 : 0);
  p.read = s.call(20ms, p.first, Action::read, 0, fenced ? 33 : 0);
  s.happens(40ms, EventKind::fault, "client-1", 0);
  s.happens(40ms, EventKind::paused, "client-1", 14'000'000'000);
  p.second = s.acquire(9900ms, "client-2");
  s.unnamed(10003ms, "redis-1", p.first, Cause::expired);
  s.named(10440ms, "redis-1", p.second);
  s.granted(10456ms, p.second, 10s, fenced ? 34 : 0);
  s.call(10460ms, p.second, Action::read, 0, fenced ? 34 : 0);
  s.call(10474ms, p.second, Action::write, 1, fenced ? 34 : 0);
  s.happens(14040ms, EventKind::resumed, "client-1");
  p.write = s.invoke(14041ms, p.first, Action::write, 1, fenced ? 33 : 0);
  return p;
}

}  // namespace

RunPicture lost_update_after_pause() {
  Pause p = pause_until_stale(false);
  p.story.applied(14045ms, p.write, 1);
  p.story.complete(14050ms, p.write);
  p.story.invoke(14060ms, p.first, Action::release);
  return picture(p.story, 20s, "lost-update",
                 {.reason = "client-1 read 0 at 21ms and wrote 1 at 14.045s although client-2 had "
                            "written 1 at 10.475s: client-2's update is lost",
                  .operations = {p.first, p.read, p.second, OpId(4), p.write},
                  .from = at(14045ms),
                  .until = at(14045ms)});
}

RunPicture fenced_rejection() {
  Pause p = pause_until_stale(true);
  p.story.applied(14045ms, p.write, 1, Outcome::refused);
  p.story.complete(14050ms, p.write, Outcome::refused);
  p.story.aware(14050ms, p.first);
  return picture(
      p.story, 20s, "belief-exclusion",
      {.reason = "client-1 and client-2 both believed that they held the lock for 3.594s",
       .operations = {p.first, p.second},
       .from = at(10456ms),
       .until = at(14050ms)});
}

RunPicture redlock_amnesia() {
  HistoryBuilder s(2, 5);
  s.subject.ttl = 10s;
  s.subject.quorum = 3;
  s.subject.faults = {"redis-3 crashes and starts again with an empty memory"};
  const OpId first = s.acquire(1ms, "client-1");
  s.named(2ms, "redis-1", first);
  s.named(2ms, "redis-2", first);
  s.named(3ms, "redis-3", first);
  s.granted(4ms, first, 9800ms);
  s.happens(500ms, EventKind::fault, "redis-3", 0);
  s.happens(500ms, EventKind::crashed, "redis-3");
  s.unnamed(500ms, "redis-3", first, Cause::lost);
  s.happens(600ms, EventKind::restarted, "redis-3");
  const OpId second = s.acquire(700ms, "client-2");
  s.named(702ms, "redis-3", second);
  s.named(703ms, "redis-4", second);
  s.named(704ms, "redis-5", second);
  s.granted(705ms, second, 9800ms);
  s.call(900ms, second, Action::write, 1);
  s.call(1200ms, first, Action::write, 1);
  s.invoke(1300ms, first, Action::release);
  return picture(s, 5s, "belief-exclusion",
                 {.reason = "client-1 and client-2 both believed that they held the lock for 595ms",
                  .operations = {first, second},
                  .from = at(705ms),
                  .until = at(1300ms)});
}

RunPicture crash_without_ttl() {
  HistoryBuilder s(2, 1);
  s.subject.faults = {"client-1 crashes"};
  const OpId first = s.acquire(1ms, "client-1");
  s.named(2ms, "redis-1", first);
  s.granted(3ms, first, kForever);
  s.happens(10ms, EventKind::fault, "client-1", 0);
  s.happens(10ms, EventKind::crashed, "client-1");
  const OpId second = s.acquire(50ms, "client-2");
  return picture(s, 60s, "deadlock-freedom",
                 {.reason = "client-2 has waited for the lock since 50ms, and its holder client-1 "
                            "is dead",
                  .operations = {first, second},
                  .from = at(50ms),
                  .until = at(60s)});
}

RunPicture fifty_clients() {
  HistoryBuilder s(50, 1);
  s.subject.ttl = 1s;
  s.subject.workload = Workload::flash_sale;
  s.subject.initial = 40;
  Duration now = 1ms;
  OpId last_hold;
  for (int client = 1; client <= 40; ++client) {
    const OpId hold = s.acquire(now, "client-" + std::to_string(client));
    s.named(now + 1ms, "redis-1", hold);
    s.granted(now + 2ms, hold, 1s);
    s.call(now + 3ms, hold, Action::read, 41 - client);
    last_hold = hold;
    if (client == 40) break;
    s.call(now + 6ms, hold, Action::sell, 40 - client);
    const OpId release = s.invoke(now + 9ms, hold, Action::release);
    s.unnamed(now + 10ms, "redis-1", hold, Cause::released, release);
    s.complete(now + 11ms, release);
    now += 12ms;
  }
  s.happens(now + 6ms, EventKind::paused, "client-40", 2'000'000'000);
  s.unnamed(now + 1002ms, "redis-1", last_hold, Cause::expired);
  const OpId other = s.acquire(now + 1100ms, "client-41");
  s.named(now + 1101ms, "redis-1", other);
  s.granted(now + 1102ms, other, 1s);
  s.call(now + 1103ms, other, Action::read, 1);
  const OpId sold = s.call(now + 1106ms, other, Action::sell, 0);
  s.happens(now + 2006ms, EventKind::resumed, "client-40");
  const OpId oversold = s.call(now + 2007ms, last_hold, Action::sell, 0, 0, Outcome::ok, 0);
  return picture(s, now + 3s, "oversell",
                 {.reason = "41 pieces were sold of 40",
                  .operations = {last_hold, other, sold, oversold},
                  .from = at(now + 2008ms),
                  .until = at(now + 2008ms)});
}

RunPicture delayed_write() {
  HistoryBuilder s(2, 1);
  s.subject.ttl = 1s;
  s.subject.faults = {"the first write of client-1 takes 5s longer"};
  const OpId first = s.acquire(1ms, "client-1");
  s.named(2ms, "redis-1", first);
  s.granted(3ms, first, 1s);
  s.call(4ms, first, Action::read, 0);
  s.happens(7ms, EventKind::fault, "", 0);
  const OpId late = s.invoke(7ms, first, Action::write, 1);
  s.unnamed(1002ms, "redis-1", first, Cause::expired);
  s.complete(1007ms, late, Outcome::unknown);
  s.aware(1007ms, first);
  const OpId second = s.acquire(1100ms, "client-2");
  s.named(1101ms, "redis-1", second);
  s.granted(1102ms, second, 1s);
  s.call(1103ms, second, Action::read, 0);
  const OpId write = s.call(1106ms, second, Action::write, 1);
  const OpId release = s.invoke(1110ms, second, Action::release);
  s.unnamed(1111ms, "redis-1", second, Cause::released, release);
  s.complete(1112ms, release);
  s.applied(5007ms, late, 1);
  return picture(
      s, 6s, "lost-update",
      {.reason = "client-1's write of 7ms took effect at 5.007s: client-2's update is lost",
       .operations = {first, late, second, write},
       .from = at(5007ms),
       .until = at(5007ms)});
}

RunPicture blind_delete() {
  HistoryBuilder s(3, 1);
  s.subject.ttl = 1s;
  const OpId first = s.acquire(1ms, "client-1");
  s.named(2ms, "redis-1", first);
  s.granted(3ms, first, 1s);
  s.unnamed(1002ms, "redis-1", first, Cause::expired);
  const OpId second = s.acquire(1100ms, "client-2");
  s.named(1101ms, "redis-1", second);
  s.granted(1102ms, second, 1s);
  const OpId release = s.invoke(1200ms, first, Action::release);
  s.unnamed(1201ms, "redis-1", second, Cause::deleted, release);
  s.complete(1202ms, release);
  const OpId third = s.acquire(1203ms, "client-3");
  s.named(1204ms, "redis-1", third);
  s.granted(1205ms, third, 1s);
  s.invoke(1300ms, second, Action::release);
  return picture(s, 2s, "release-safety",
                 {.reason = "client-1's release deleted the lock of client-2",
                  .operations = {first, second, release},
                  .from = at(1201ms),
                  .until = at(1201ms)});
}

}  // namespace picklock::testing
