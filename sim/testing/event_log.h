// What the parts of a simulator did, as lines of text in order: "5ms a". For tests.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sim/kernel.h"

namespace picklock {

using Lines = std::vector<std::string>;

// Collects lines; those of at() begin with the true time.
class EventLog {
 public:
  explicit EventLog(const Kernel& kernel) : kernel_(kernel) {}

  void add(std::string line) { lines_.push_back(std::move(line)); }
  void at(const std::string& what) {
    add(to_string(kernel_.now().time_since_epoch()) + " " + what);
  }
  // Everything since the last take().
  Lines take() { return std::exchange(lines_, {}); }

 private:
  const Kernel& kernel_;
  Lines lines_;
};

// Logs the events of the kernel under the letters that they were pushed with.
class LoggingHandler final : public Handler {
 public:
  explicit LoggingHandler(const Kernel& kernel) : log(kernel) {}

  // The event of this letter, of the kind and flags given.
  static Kernel::Payload letter(char name, std::uint8_t flags = 0) {
    Kernel::Payload payload;
    payload.slot = static_cast<unsigned char>(name);
    payload.flags = flags;
    return payload;
  }

  void fire(const Kernel::Payload& payload) override {
    log.at(name_of(payload));
    if (then) then(payload);
  }
  void dropped(const Kernel::Payload& payload) override { log.at("no " + name_of(payload)); }

  EventLog log;
  std::function<void(const Kernel::Payload&)> then;  // after the line of a fired event

 private:
  static std::string name_of(const Kernel::Payload& payload) {
    return {static_cast<char>(payload.slot)};
  }
};

}  // namespace picklock
