#include "real/resource_process.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>

#include "real/resp.h"
#include "real/wire.h"
#include "sim/fenced_register.h"

namespace picklock {
namespace {

std::optional<Action> find_action(std::string_view name) {
  for (const Action action : {Action::read, Action::write, Action::sell, Action::run}) {
    if (name == to_string(action)) return action;
  }
  return std::nullopt;
}

}  // namespace

ResourceProcess::ResourceProcess(const Options& options)
    : options_(options),
      loop_(options_.state.clocks()),
      line_(options_.line, loop_, options_.state.slot(options_.id.value())) {
  loop_.watch(options_.listener, EPOLLIN, [this](std::uint32_t /*events*/) { accept_one(); });
}

int ResourceProcess::run() {
  if (!line_.wait_for_start()) return 1;
  while (true) line_.wait();
}

void ResourceProcess::accept_one() {
  const int connection = ::accept4(options_.listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection < 0) return;
  connections_[connection];
  loop_.watch(connection, EPOLLIN,
              [this, connection](std::uint32_t /*events*/) { serve(connection); });
}

void ResourceProcess::serve(int connection) {
  std::array<char, 4096> bytes;
  const ssize_t got = ::recv(connection, bytes.data(), bytes.size(), 0);
  RespStream& stream = connections_[connection];
  if (got > 0) stream.feed({bytes.data(), static_cast<std::size_t>(got)});
  bool is_good = got > 0;
  RedisCommand command;
  RedisReply reply;
  while (is_good) {
    const auto message = stream.next();
    if (!message) break;
    is_good = read_resp(*message, command) && execute(command, reply);
    if (!is_good) break;
    const std::string answer = encode_resp(reply);
    is_good = ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(answer.size());
  }
  if (is_good && !stream.is_broken()) return;
  loop_.watch(connection, 0);
  connections_.erase(connection);
  ::close(connection);
}

bool ResourceProcess::execute(const RedisCommand& command, RedisReply& reply) {
  const std::optional<Action> action = command.size() == 5 ? find_action(command[0]) : std::nullopt;
  if (!action) return false;
  RunMemory& shared = options_.state.shared();
  FencedRegister resource{.value = shared.value, .bar = shared.bar};
  const ResourceRequest request{.action = *action,
                                .value = read_number<std::int64_t>(command[1]),
                                .fence = read_number<std::int64_t>(command[2])};
  const ResourceReply answer = resource.apply(options_.spec.fencing, request);
  shared.value = resource.value;
  shared.bar = resource.bar;
  options_.state.record(options_.id.value(), {.at = loop_.now(),
                                              .kind = EventKind::applied,
                                              .action = *action,
                                              .outcome = answer.outcome,
                                              .node = options_.id,
                                              .op = OpId(read_number<std::uint32_t>(command[3])),
                                              .hold = OpId(read_number<std::uint32_t>(command[4])),
                                              .value = answer.value,
                                              .fence = request.fence});
  line_.reached(command[0]);
  reply.set_array();
  reply.add_element().set_status(answer.outcome == Outcome::ok ? "OK" : "refused");
  reply.add_element().set_integer(answer.value);
  return true;
}

}  // namespace picklock
