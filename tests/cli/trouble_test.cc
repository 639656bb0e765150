// Trouble while real servers are at work: it is named, the exit code is 4, the history up to there is kept, and nothing
// is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "tests/cli/real_fixture.h"

namespace picklock::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

// Looks again and again, for half a minute at most.
bool becomes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    poll(nullptr, 0, 1);
  }
  return true;
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int free_port() {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  bind(file, generic, size);
  getsockname(file, generic, &size);
  close(file);
  return ntohs(address.sin_port);
}

bool takes_connections(int port) {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(file);
  return connected;
}

class Trouble : public Real {
 protected:
  // So many rounds that a run lasts until something happens to it.
  static std::vector<std::string> long_run(std::vector<std::string> arguments) {
    for (const char* const word : {"--set", "/faults=[]", "--set", "/clients/rounds=100000",
                                   "--set", "/duration=3650d", "--set", "/expect=null"}) {
      arguments.emplace_back(word);
    }
    return arguments;
  }
  // A client, the resource, or who cleans up; by the order in which they were started.
  std::vector<pid_t> children_of(pid_t parent) const {
    std::ifstream file("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) +
                       "/children");
    std::vector<pid_t> found;
    for (pid_t child = 0; file >> child;) {
      if (child != process_called("redis-server")) found.push_back(child);
    }
    return found;
  }
};

TEST_F(Trouble, WrongPasswordIsNamed) {
  const int port = free_port();
  const std::string host = "127.0.0.1:" + std::to_string(port);
  Finished wrong;
  Finished none;
  Finished right;
  Start server{
      .arguments = {"/usr/bin/redis-server", "--bind", "127.0.0.1", "--port", std::to_string(port),
                    "--save", "", "--requirepass", "secret", "--notify-keyspace-events", "KA"},
      .environment = {},
      .folder = folder_.string()};
  server.while_running = [&](pid_t process) {
    if (becomes_true([port] { return takes_connections(port); })) {
      const auto ask = [&](const std::string& login) {
        return run_program(
            prepared_real({"real", "pause.json", "--no-fixes", "--set", "/faults=[]", "--set",
                           "/expect=null", "--url", "redis://" + login + host}));
      };
      wrong = ask(":guess@");
      none = ask("");
      right = ask(":secret@");
    }
    ::kill(process, SIGKILL);
  };
  run_program(server);
  EXPECT_EQ(wrong.code, 4) << wrong.out;
  EXPECT_THAT(wrong.err, AllOf(HasSubstr(host), HasSubstr("WRONGPASS")));
  EXPECT_EQ(none.code, 4) << none.out;
  EXPECT_THAT(none.err, AllOf(HasSubstr(host), HasSubstr("NOAUTH")));
  EXPECT_EQ(right.code, 0) << right.err;
  EXPECT_TRUE(becomes_clean());
}

TEST_F(Trouble, ClientThatNeverAnswersIsNamed) {
  Start start = prepared_real(long_run({"real", "pause.json", "--no-fixes"}));
  start.while_running = [this](pid_t process) {
    // Who cleans up, client-1, client-2, the resource.
    EXPECT_TRUE(becomes_true([&] { return children_of(process).size() == 4; }));
    const std::vector<pid_t> children = children_of(process);
    if (children.size() == 4) ::kill(children[1], SIGSTOP);
  };
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 4) << finished.out;
  EXPECT_THAT(finished.err, AllOf(HasSubstr("expected an answer of client-1 within 10 s"),
                                  HasSubstr("the history up to here is in pause.1.history.jsonl")));
  EXPECT_THAT(read("pause.1.history.jsonl"), HasSubstr("picklock-history-1"));
  EXPECT_TRUE(becomes_clean());
}

// A file system of 80 MB in memory.
class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path at)
      : at_(std::move(at)),
        is_mounted_(::mount("picklock", at_.c_str(), "tmpfs", 0, "size=80m") == 0) {}
  ~SmallDisk() {
    if (is_mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool is_mounted() const { return is_mounted_; }

 private:
  std::filesystem::path at_;
  bool is_mounted_;
};

TEST_F(Trouble, FullDiskEndsARunWithItsHistory) {
  const std::filesystem::path folder = folder_ / "tmp";
  const SmallDisk disk(folder);
  if (!disk.is_mounted()) GTEST_SKIP() << "a small disk can only be mounted by root";
  Start start = prepared_real(
      long_run({"real", "pause.json", "--no-fixes", "--set", R"(/servers={"aof": "always"})"}));
  start.while_running = [&](pid_t process) {
    EXPECT_TRUE(becomes_true([&] { return children_of(process).size() == 4; }));
    std::ofstream filling(folder / "filling", std::ios::binary);
    const std::string block(1 << 20, 'x');
    while (filling.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  };
  const Finished finished = run_program(start);
  std::filesystem::remove(folder / "filling");
  EXPECT_EQ(finished.code, 4) << finished.out;
  EXPECT_THAT(finished.err, AllOf(HasSubstr("expected redis-1 to go on"),
                                  HasSubstr("the history up to here is in pause.1.history.jsonl")));
  EXPECT_THAT(read("pause.1.history.jsonl"), HasSubstr("picklock-history-1"));
  EXPECT_TRUE(becomes_clean());
}

TEST_F(Trouble, ReplayOnRealServersKeepsTheHistory) {
  const Finished recorded =
      picklock({"run", "pause.json", "--seed", "1", "--no-shrink", "--set", "/clients/rounds=5000",
                "--set", "/duration=365d", "-o", "trace=long.trace.json"});
  ASSERT_EQ(recorded.code, 0) << recorded.err;
  Start start = prepared_real({"replay", "long.trace.json", "--real"});
  start.while_running = [this](pid_t process) {
    EXPECT_TRUE(becomes_true([&] { return children_of(process).size() == 4; }));
    const auto kill_server = [&] {
      const pid_t server = process_called("redis-server");
      if (server > 0) ::kill(server, SIGKILL);
      return children_of(process).empty();
    };
    EXPECT_TRUE(becomes_true(kill_server));
  };
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 4) << finished.out;
  // Who notices first says so: the relay, or who watches the lock's key.
  EXPECT_THAT(finished.err,
              AllOf(HasSubstr("redis-1"),
                    AnyOf(HasSubstr("was ended by signal 9"), HasSubstr("but it is gone")),
                    HasSubstr("the history up to here is in pause.1.history.jsonl")));
  EXPECT_THAT(read("pause.1.history.jsonl"), HasSubstr("picklock-history-1"));
  EXPECT_TRUE(becomes_clean());
}

}  // namespace
}  // namespace picklock::testing
