#include "sim/server_group.h"

namespace picklock {

#define PICKLOCK_SERVERS(name, factory) \
  std::unique_ptr<ServerGroup> factory(const ServerContext& context);
#include "sim/servers.def"
#undef PICKLOCK_SERVERS

const std::vector<ServerKind>& server_kinds() {
  static const std::vector<ServerKind> kinds = {
#define PICKLOCK_SERVERS(name, factory) {#name, &factory},
#include "sim/servers.def"
#undef PICKLOCK_SERVERS
  };
  return kinds;
}

}  // namespace picklock
