#include "sim/server_group.h"

namespace picklock {

#define PICKLOCK_SERVERS(name)                                                      \
  std::unique_ptr<ServerGroup> make_##name##_servers(const ServerContext& context); \
  std::vector<std::string> name##_commands();
#include "sim/servers.def"
#undef PICKLOCK_SERVERS

const std::vector<ServerKind>& server_kinds() {
  static const std::vector<ServerKind> kinds = {
#define PICKLOCK_SERVERS(name) {#name, &make_##name##_servers, &name##_commands},
#include "sim/servers.def"
#undef PICKLOCK_SERVERS
  };
  return kinds;
}

}  // namespace picklock
