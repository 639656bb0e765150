#include "real/zookeeper_system.h"

#include <poll.h>
#include <sys/socket.h>

#include <cstddef>

#include "real/jute.h"
#include "real/local_socket.h"

namespace picklock {
namespace {

thread_local ZooKeeperSystem* in_use = nullptr;

}  // namespace

ZooKeeperSystem::Use::Use(ZooKeeperSystem& system) : before_(std::exchange(in_use, &system)) {}

ZooKeeperSystem::Use::~Use() {
  in_use = before_;
}

void ZooKeeperSystem::let_pass(int milliseconds) {
  now_.tv_nsec += milliseconds % 1000 * 1'000'000L;
  now_.tv_sec += milliseconds / 1000 + now_.tv_nsec / 1'000'000'000;
  now_.tv_nsec %= 1'000'000'000;
}

int ZooKeeperSystem::connect() {
  ++connections_;
  head_.clear();
  return options_.connect();
}

// The library writes the length of a frame, and then the frame. What cannot be written is lost with the connection,
// whose end is read soon.
void ZooKeeperSystem::write(int file, std::string_view bytes) {
  head_ += bytes;
  if (head_.size() <= FrameStream::kHead) return;
  write_all(file, options_.envelope() + std::exchange(head_, {}));
  ++frames_;
}

// --- What the library calls ---------------------------------------------------------------------------

extern "C" {

int picklock_zookeeper_socket(int /*domain*/, int /*type*/, int /*protocol*/) {
  return in_use->connect();
}

int picklock_zookeeper_connect(int /*file*/, const sockaddr* /*to*/, socklen_t /*size*/) {
  return 0;  // it is
}

ssize_t picklock_zookeeper_send(int file, const void* bytes, std::size_t size, int /*flags*/) {
  in_use->write(file, {static_cast<const char*>(bytes), size});
  return static_cast<ssize_t>(size);
}

// It may always write; and when it has said goodbye, others wait for the answer.
int picklock_zookeeper_poll(pollfd* /*files*/, nfds_t count, int /*milliseconds*/) {
  return static_cast<int>(count);
}

int picklock_zookeeper_clock_gettime(clockid_t /*clock*/, std::timespec* time) {
  *time = in_use->now();
  return 0;
}

std::time_t picklock_zookeeper_time(std::time_t* /*time*/) {
  return 1;  // the number of its first request
}

}  // extern "C"

}  // namespace picklock
