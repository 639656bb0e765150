// A process of a run that is ours: a client, or the resource. What the supervisor keeps of it.
#pragma once

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "real/child.h"

namespace picklock {

struct Member {
  Member(NodeId id, int listens_at)
      : node(id), listener(listens_at), wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  ~Member() {
    if (control >= 0) ::close(control);
    if (listener >= 0) ::close(listener);
    if (wake >= 0) ::close(wake);
  }

  // Lets it begin, or go on behind the point at which it asked.
  void consent() const {
    const char go = 1;
    if (control >= 0) ::send(control, &go, 1, MSG_NOSIGNAL);
  }
  bool is_alive() const { return child.has_value(); }

  NodeId node;
  int listener;  // of the resource; else -1
  int wake;      // an eventfd: its next timer is due
  int control = -1;
  std::optional<Child> child;  // empty: it has ended, or crashed
  bool has_crashed = false;    // and not started again
  bool has_begun = false;      // its program; before that it waits for our consent
  std::uint32_t woken_at = 0;  // how often it had waited when it was woken last
};

}  // namespace picklock
