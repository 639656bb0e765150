#include "real/real_servers.h"

#include "real/zookeeper_kind.h"

namespace picklock {

const std::vector<RealServerKind>& real_server_kinds() {
  static const std::vector<RealServerKind> kKinds{
      {"redis", &make_real_redis, &make_throughput_redis},
      {"zookeeper", &make_real_zookeeper, &make_throughput_zookeeper}};
  return kKinds;
}

}  // namespace picklock
