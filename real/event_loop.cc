#include "real/event_loop.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>

#include "base/require.h"

namespace picklock {

EventLoop::EventLoop(const ClockPage& page) : page_(page), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  require(epoll_ >= 0, "epoll_create1() failed");
}

EventLoop::~EventLoop() {
  ::close(epoll_);
}

void EventLoop::watch(int file, std::uint32_t events, Handler handler) {
  const auto known = files_.find(file);
  if (events == 0) {
    if (known == files_.end()) return;
    files_.erase(known);
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, file, nullptr);
    return;
  }
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.fd = file;
  const int operation = known == files_.end() ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  require(::epoll_ctl(epoll_, operation, file, &wanted) == 0, "epoll_ctl() failed");
  if (known == files_.end()) {
    files_[file] = {std::move(handler), ++count_};
  } else if (handler) {
    known->second.handler = std::move(handler);
  }
}

EventLoop::Timer EventLoop::at(TrueTime due, std::function<void()> action) {
  put_off_late();  // those that are there already, not this one
  const Timer timer{due, ++count_};
  timers_.emplace(timer, std::move(action));
  return timer;
}

EventLoop::Timer EventLoop::at_ahead(TrueTime due, std::function<void()> action) {
  put_off_late();
  const Timer timer{due, ++ahead_};
  timers_.emplace(timer, std::move(action));
  return timer;
}

void EventLoop::cancel(const Timer& timer) {
  if (timers_.erase(timer) > 0 || !late_) return;
  // A timer that was put off is another one by its time, and the same by its number.
  const auto found = std::ranges::find_if(
      timers_, [&](const auto& one) { return one.first.second == timer.second; });
  if (found != timers_.end()) timers_.erase(found);
}

void EventLoop::put_off_late() {
  const Duration by = late_ ? late_() : Duration{};
  if (by <= Duration{}) return;
  std::map<Timer, std::function<void()>> later;
  for (auto& [timer, action] : timers_) {
    const TrueTime due = timer.first == kNever ? kNever : timer.first + by;
    later.emplace(Timer{due, timer.second}, std::move(action));
  }
  timers_ = std::move(later);
}

bool EventLoop::fire_due() {
  put_off_late();
  bool any = false;
  // Those that are due now; what they add waits for the next turn, so that files get theirs.
  const Timer last{now(), count_};
  while (!timers_.empty() && timers_.begin()->first <= last) {
    const auto action = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    action();
    any = true;
  }
  return any;
}

void EventLoop::fire_first() {
  const auto first = timers_.begin();
  const auto action = std::move(first->second);
  timers_.erase(first);
  action();
}

bool EventLoop::handle_files(Duration patience) {
  const auto most = std::chrono::ceil<std::chrono::milliseconds>(patience);
  const auto limit = static_cast<int>(std::min<std::int64_t>(most.count(), INT_MAX));
  std::array<epoll_event, 64> ready{};
  const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), limit);
  const std::uint64_t last = count_;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready.at(static_cast<std::size_t>(i));
    const auto file = files_.find(event.data.fd);
    if (file == files_.end() || file->second.life > last) continue;  // gone meanwhile
    const Handler handler = file->second.handler;                    // the call may remove it
    handler(event.events);
  }
  return count > 0;
}

bool EventLoop::run_ready(Duration patience) {
  const bool files = handle_files(patience);
  return fire_due() || files;
}

bool EventLoop::sleep(Duration most) const {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(most);
  const timespec limit{.tv_sec = whole.count(), .tv_nsec = (most - whole).count()};
  pollfd ready{.fd = epoll_, .events = POLLIN, .revents = 0};
  return ::ppoll(&ready, 1, most == kForever ? nullptr : &limit, nullptr) > 0;
}

}  // namespace picklock
