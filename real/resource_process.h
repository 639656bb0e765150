// The protected resource of a real run, in a process of its own: a register behind a socket.
//
// It speaks RESP: `write 5 3 17 12` is the write of 5 with the fencing token 3, by operation 17 of the hold
// that operation 12 began; the answer is a status, "OK" or "refused", and the value. What was applied is
// durable: it lies in the memory of the run, which a crash leaves as it is.
#pragma once

#include <map>

#include "algorithms/redis_client.h"
#include "real/event_loop.h"
#include "real/resp_stream.h"
#include "real/run_memory.h"
#include "real/supervisor_line.h"
#include "scenarios/scenario.h"

namespace picklock {

class ResourceProcess {
 public:
  struct Options {
    const ResourceSpec& spec;
    NodeId id;
    RunState& state;
    SupervisorLine::Options line;
    int listener = -1;  // where the supervisor connects
  };

  explicit ResourceProcess(const Options& options);

  // Serves until it is killed; returns only when the supervisor is gone before the start.
  int run();

 private:
  void accept_one();
  void serve(int connection);
  bool execute(const RedisCommand& command, RedisReply& reply);

  Options options_;
  EventLoop loop_;
  SupervisorLine line_;
  std::map<int, RespStream> connections_;
};

}  // namespace picklock
