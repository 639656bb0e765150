#include "real/server_home.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "real/local_socket.h"
#include "real/patience.h"

namespace picklock {
namespace {

Result<std::string> make_server_directory(const std::string& parent, const std::string& name) {
  std::string pattern = parent.empty() ? std::filesystem::temp_directory_path().string() : parent;
  pattern += "/picklock-" + name + "-XXXXXX";
  if (::mkdtemp(pattern.data()) != nullptr) return Result<std::string>(pattern);
  return Result<std::string>::failure("expected to create the directory " + pattern + ": " +
                                      std::strerror(errno));
}

// False when it never was, or when the child has ended.
bool gets_ready(Child& child, const std::function<bool()>& is_ready) {
  bool ready = false;
  becomes_true([&] { return child.ended() || (ready = is_ready()); });
  return ready;
}

// The last line of a log, in brackets; "" when it said nothing.
std::string last_words(const std::string& log) {
  std::ifstream file(log);
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last.empty() ? "" : " (its log ends with: " + last + ")";
}

}  // namespace

Result<ServerHome> ServerHome::make(const std::string& parent, const std::string& name) {
  using Failed = Result<ServerHome>;
  ServerHome home;
  Result<std::string> directory = make_server_directory(parent, name);
  if (!directory) return Failed(directory.error());
  home.directory_ = std::move(directory).value();
  home.port_ = free_loopback_port();
  if (home.port_ == 0) return Failed::failure("expected a free TCP port on 127.0.0.1");
  return Failed(std::move(home));
}

Diagnostics ServerHome::start(const Start& how) {
  const Diagnostics wrong = launch(how);
  return wrong.empty() ? await(how) : wrong;
}

Diagnostics ServerHome::launch(const Start& how) {
  Result<Child> child = Child::run(how.command, how.environment);
  if (!child) return child.error();
  child_.emplace(std::move(child).value());
  return {};
}

Diagnostics ServerHome::await(const Start& how) {
  if (gets_ready(*child_, how.is_ready)) return {};
  const auto status = child_->ended();
  return {{.expected = fmt::format("expected {} on 127.0.0.1:{}, but it {}{}", how.promise, port_,
                                   status ? describe_end(*status) : "did not",
                                   last_words(directory_ + "/" + how.log))}};
}

ServerHome::ServerHome(ServerHome&& other) noexcept
    : child_(std::exchange(other.child_, std::nullopt)),
      port_(other.port_),
      directory_(std::exchange(other.directory_, {})) {}

ServerHome& ServerHome::operator=(ServerHome&& other) noexcept {
  if (this == &other) return *this;
  stop();
  child_ = std::exchange(other.child_, std::nullopt);
  port_ = other.port_;
  directory_ = std::exchange(other.directory_, {});
  return *this;
}

ServerHome::~ServerHome() {
  stop();
}

void ServerHome::stop() {
  child_.reset();
  if (directory_.empty()) return;
  std::error_code ignored;  // a directory that cannot be removed is no reason to fail a run
  std::filesystem::remove_all(directory_, ignored);
  directory_.clear();
}

}  // namespace picklock
