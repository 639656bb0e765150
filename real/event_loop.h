// What a process of a real run waits for: files that become ready, and instants of true time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/time.h"
#include "real/clock_page.h"

namespace picklock {

// Single-threaded. Handlers may add and remove files and timers, their own too.
class EventLoop {
 public:
  using Handler = std::function<void(std::uint32_t events)>;  // EPOLLIN | ...
  using Timer = std::pair<TrueTime, std::uint64_t>;

  explicit EventLoop(const ClockPage& page);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  TrueTime now() const { return page_.now(); }

  // From now on `handler` is called whenever one of `events` is there; 0 removes the file. Watching a
  // file again keeps its handler when `handler` is empty.
  void watch(int file, std::uint32_t events, Handler handler = {});

  Timer at(TrueTime due, std::function<void()> action);
  // Before all that is due at the same instant, but for what was put ahead earlier.
  Timer at_ahead(TrueTime due, std::function<void()> action);
  void cancel(const Timer& timer);  // one that is over: nothing happens
  void cancel_all() { timers_.clear(); }
  // From now on, before timers fire, all of them are put off by what `late` returns.
  void put_off_by(std::function<Duration()> late) { late_ = std::move(late); }
  // kNever when there is no timer.
  TrueTime next_due() const { return timers_.empty() ? kNever : timers_.begin()->first.first; }

  // Handles the files that are ready, or become so within `patience` of real time. False: none was.
  bool handle_files(Duration patience = {});
  // The same, and then the timers that are due.
  bool run_ready(Duration patience = {});
  // Calls the timer that is due first; there is one.
  void fire_first();
  // Waits until a file is ready, or `most` of real time has passed; handles nothing. False: none is.
  bool sleep(Duration most = kForever) const;

 private:
  struct File {
    Handler handler;
    std::uint64_t life = 0;  // a later file of the same number is another one
  };

  bool fire_due();
  void put_off_late();

  const ClockPage& page_;
  int epoll_ = -1;
  std::map<int, File> files_;
  std::map<Timer, std::function<void()>> timers_;
  std::function<Duration()> late_;
  std::uint64_t count_ = std::uint64_t{1} << 32;  // those before it are put ahead
  std::uint64_t ahead_ = 0;
};

}  // namespace picklock
