#include "scenarios/fault_table.h"

#include <fmt/core.h>

#include <array>

namespace picklock::loading {
namespace {

constexpr std::array<FaultWord, 13> kFaults{{
    {FaultKind::pause, "pause",
     "the process stands still; clocks run on, messages wait in its sockets"},
    {FaultKind::suspend, "suspend", "the machine sleeps: its monotonic clock stops as well"},
    {FaultKind::crash, "crash", "the process dies; with \"for\" it starts again after it"},
    {FaultKind::partition, "partition", "no message passes between groups of nodes"},
    {FaultKind::delay, "delay", "matching messages take \"by\" longer"},
    {FaultKind::lose, "lose", "matching messages vanish"},
    {FaultKind::duplicate, "duplicate", "matching messages arrive again, \"by\" later"},
    {FaultKind::reorder, "reorder", "matching messages overtake what is in flight (datagrams)"},
    {FaultKind::reset, "reset", "connections break; the outcome of calls in flight is unknown"},
    {FaultKind::clock_step, "clock_step", "the wall clock jumps by \"by\""},
    {FaultKind::clock_rate, "clock_rate", "clocks gain \"ppm\" millionths"},
    {FaultKind::clock_freeze, "clock_freeze", "the wall clock stands still"},
    {FaultKind::promote, "promote", "a replica becomes the primary"},
}};

// A number from 1 on, or a word for "no end of them", which is 0.
Kind<std::uint32_t> a_number_or(const std::string& word) {
  const auto number = a_count(1, 1'000'000);
  return {[number, word] {
            return Json({{"anyOf", {number.schema(), {{"const", word}}}}});
          },
          [number, word](const Cursor& at) -> std::optional<std::uint32_t> {
            if (at.value() == word) return 0;
            if (at.value().is_number()) {
              if (at.value() == 0) {
                at.wrong("an integer from 1 to 1000000",
                         fmt::format("\"{}\" means all of them", word));
                return std::nullopt;
              }
              return number.read(at);
            }
            at.wrong(fmt::format("an integer from 1 to 1000000, or \"{}\"", word));
            return std::nullopt;
          }};
}

void add_anchor(Record<FaultDraft>& record, FaultKind kind, const FaultSetting& setting) {
  record
      .add("name", "unique among the faults; it is shown in reports", a_text(),
           [](FaultDraft& d, std::string v) { d.fault.name = std::move(v); })
      .add("at", "strikes at this time after the start", a_spread(), &FaultDraft::at)
      .add("every", "beside \"at\": strikes again and again, this far apart",
           a_spread(kShortestDuration), &FaultDraft::every)
      .add("when", "strikes just after this: \"client-1 acquired\"", a_point(setting),
           &FaultDraft::when)
      .add("before", "strikes just before this: \"client-1 write\"", a_point(setting),
           &FaultDraft::before);
  if (is_message_fault(kind)) {
    record
        .add("nth", "the first message that is hit, counted from the anchor on",
             a_count(1, 1'000'000), [](FaultDraft& d, std::uint32_t v) { d.fault.message.nth = v; })
        .add("count", "how many are hit from there on, or \"all\"", a_number_or("all"),
             [](FaultDraft& d, std::uint32_t v) { d.fault.message.count = v; });
  } else {
    record.add("nth", "the occurrence of \"when\" or \"before\", or \"every\"",
               a_number_or("every"), &FaultDraft::nth);
  }
  if (kind != FaultKind::delay) {
    record.add("delay", "strikes this much after \"when\" or \"before\"", a_spread(),
               &FaultDraft::delay);
  }
}

void add_length(Record<FaultDraft>& record, bool required) {
  record.add("for", "how long, or \"forever\"", a_length(),
             [](FaultDraft& d, DurationSpec v) { d.fault.length = std::move(v); });
  if (required) record.required();
}

void add_by(Record<FaultDraft>& record, Duration least) {
  record.add("by", "how much", a_duration(least),
             [](FaultDraft& d, Duration v) { d.fault.by = v; });
}

void add_message(Record<FaultDraft>& record, const char* name, const FaultSetting& setting) {
  record
      .add(name, "\"from -> to what\"", a_message(setting),
           [](FaultDraft& d, MessagePattern v) {
             v.nth = d.fault.message.nth;
             v.count = d.fault.message.count;
             d.fault.message = std::move(v);
           })
      .required();
}

void add_details(Record<FaultDraft>& record, FaultKind kind, const FaultSetting& setting) {
  switch (kind) {
    case FaultKind::pause:
    case FaultKind::suspend:
      return add_length(record, true);
    case FaultKind::clock_freeze:
      return add_length(record, false);
    case FaultKind::crash:
      record
          .add("for", "how long until it starts again, 0s: at once; or \"forever\"",
               a_length_from(Duration{}),
               [](FaultDraft& d, DurationSpec v) { d.fault.length = std::move(v); })
          .add("power_loss",
               "what was not synced to the disk is gone, and peers get silence instead of a reset",
               a_flag(), [](FaultDraft& d, bool v) { d.fault.power_loss = v; })
          .add("memory", "lost: a server starts again with an empty disk", one_of({"kept", "lost"}),
               [](FaultDraft& d, const std::string& v) { d.fault.memory_lost = v == "lost"; });
      return;
    case FaultKind::partition:
      add_length(record, false);
      record
          .add("one_way", "only messages from the first group to the second are cut", a_flag(),
               [](FaultDraft& d, bool v) { d.fault.one_way = v; })
          .add("hold", "messages wait for the end instead of being lost", a_flag(),
               [](FaultDraft& d, bool v) { d.fault.hold = v; });
      return;
    case FaultKind::delay:
      add_by(record, kShortestDuration);
      record.required();
      return;
    case FaultKind::duplicate:
      return add_by(record, Duration{});
    case FaultKind::reset:
      record.add("peers", "the other ends; any node when left out", some_nodes(setting),
                 [](FaultDraft& d, std::vector<std::string> v) { d.fault.peers = std::move(v); });
      return;
    case FaultKind::clock_step:
      add_by(record, -kLongestDuration);
      record.required();
      return;
    case FaultKind::clock_rate:
      add_length(record, false);
      record
          .add("ppm", "millionths, may be negative", an_integer(-kMostPpm, kMostPpm),
               [](FaultDraft& d, std::int64_t v) { d.fault.ppm = static_cast<std::int32_t>(v); })
          .required();
      return;
    case FaultKind::lose:
    case FaultKind::reorder:
    case FaultKind::promote:
      return;
  }
}

}  // namespace

std::span<const FaultWord> fault_words() {
  return kFaults;
}

bool is_message_fault(FaultKind kind) {
  return kind == FaultKind::delay || kind == FaultKind::lose || kind == FaultKind::duplicate ||
         kind == FaultKind::reorder;
}

Record<FaultDraft> fault_record(const FaultWord& word, const FaultSetting& setting) {
  Record<FaultDraft> record(fmt::format("a \"{}\" fault", word.name));
  if (is_message_fault(word.kind)) {
    add_message(record, word.name, setting);
  } else if (word.kind == FaultKind::partition) {
    record.add(word.name, "groups of nodes, or a shape", a_partition(setting), &FaultDraft::cuts)
        .required();
  } else {
    record
        .add(word.name, "the node, or an array of nodes", some_nodes(setting),
             [](FaultDraft& d, std::vector<std::string> v) { d.fault.on = std::move(v); })
        .required();
  }
  add_details(record, word.kind, setting);
  add_anchor(record, word.kind, setting);
  return record;
}

}  // namespace picklock::loading
