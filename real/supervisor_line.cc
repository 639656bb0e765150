#include "real/supervisor_line.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace picklock {

SupervisorLine::SupervisorLine(Options options, EventLoop& loop, ProcessSlot& slot)
    : options_(std::move(options)), loop_(loop), slot_(slot) {
  if (options_.wake < 0) return;
  loop_.watch(options_.wake, EPOLLIN, [wake = options_.wake](std::uint32_t /*events*/) {
    eventfd_t count = 0;
    ::eventfd_read(wake, &count);  // what is due is found by the loop itself
  });
}

bool SupervisorLine::wait_for_consent() const {
  char go = 0;
  ssize_t got = -1;
  do {
    got = ::recv(options_.control, &go, 1, 0);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

bool SupervisorLine::wait_for_start() const {
  return wait_for_consent();
}

void SupervisorLine::wait() {
  if (loop_.run_ready()) return;
  slot_.next_due.store(nanoseconds(loop_.next_due()), std::memory_order_relaxed);
  slot_.waits.fetch_add(1, std::memory_order_release);
  ::eventfd_write(options_.idle, 1);
  loop_.sleep();
  slot_.waits.fetch_add(1, std::memory_order_acq_rel);  // before anything is read
  loop_.run_ready();
}

void SupervisorLine::reached(std::string_view label) const {
  if (std::ranges::find(options_.watched, label) == options_.watched.end()) return;
  // When the supervisor is gone, so are we, in a moment.
  if (::send(options_.control, label.data(), label.size(), MSG_NOSIGNAL) < 0) ::_exit(1);
  if (!wait_for_consent()) ::_exit(1);
}

}  // namespace picklock
