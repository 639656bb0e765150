#include "algorithms/redis_client.h"
#include "real/relay_protocol.h"
#include "real/resp_stream.h"
#include "real/wire.h"

namespace picklock {
namespace {

class RespRelayProtocol final : public RelayProtocol {
 public:
  void feed_from_client(std::string_view bytes) override { from_client_.feed(bytes); }

  std::optional<Request> next_request() override {
    while (const auto message = from_client_.next()) {
      if (!read_resp(*message, command_) || command_.size() == 0) {
        no_command_ = true;
        return std::nullopt;
      }
      if (read_envelope(command_, caller_)) continue;
      return Request{std::string(*message), std::string(command_[0]), caller_};
    }
    return std::nullopt;
  }

  void feed_from_server(std::string_view bytes) override { from_server_.feed(bytes); }

  std::optional<FromServer> next_from_server() override {
    const auto message = from_server_.next();
    if (!message) return std::nullopt;
    return FromServer{*message, {}};
  }

  bool is_client_broken() const override { return no_command_ || from_client_.is_broken(); }
  bool is_server_broken() const override { return from_server_.is_broken(); }

 private:
  RespStream from_client_;
  RespStream from_server_;
  RedisCommand command_;
  Caller caller_;  // of the next request
  bool no_command_ = false;
};

}  // namespace

std::unique_ptr<RelayProtocol> make_resp_relay_protocol() {
  return std::make_unique<RespRelayProtocol>();
}

}  // namespace picklock
