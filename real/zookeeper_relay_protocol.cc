#include "real/zookeeper_relay_protocol.h"

#include <utility>

#include "real/jute.h"
#include "real/zookeeper_wire.h"

namespace picklock {
namespace {

class ZooKeeperRelayProtocol final : public RelayProtocol {
 public:
  bool has_greeting() const override { return true; }
  void feed_from_client(std::string_view bytes) override { from_client_.feed(bytes); }

  std::optional<Request> next_request() override {
    while (const auto frame = from_client_.next()) {
      if (read_zk_envelope(*frame, caller_)) continue;
      const bool is_first = std::exchange(asked_, true) == false;
      const std::string_view name = is_first ? "connect" : read_zk_request(*frame).name();
      return Request{std::string(*frame), std::string(name), caller_};
    }
    return std::nullopt;
  }

  void feed_from_server(std::string_view bytes) override { from_server_.feed(bytes); }

  std::optional<FromServer> next_from_server() override {
    const auto frame = from_server_.next();
    if (!frame) return std::nullopt;
    const bool is_first = std::exchange(answered_, true) == false;
    const bool unasked = !is_first && read_zk_header(*frame).xid == kZkNotificationXid;
    return FromServer{*frame, unasked ? "notification" : ""};
  }

  bool is_client_broken() const override { return from_client_.is_broken(); }
  bool is_server_broken() const override { return from_server_.is_broken(); }

 private:
  FrameStream from_client_;
  FrameStream from_server_;
  Caller caller_;          // of the next request
  bool asked_ = false;     // a request was seen
  bool answered_ = false;  // and a reply
};

}  // namespace

std::unique_ptr<RelayProtocol> make_zookeeper_relay_protocol() {
  return std::make_unique<ZooKeeperRelayProtocol>();
}

}  // namespace picklock
