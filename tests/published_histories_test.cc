// Histories that others published, with the verdicts that they published. The files are no part of this
// repository: they are looked for in shared/data/histories, from the source folder upwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "checker/certificate_verifier.h"
#include "checker/formats/history_reader.h"
#include "checker/formats/testing/shown_history.h"
#include "checker/judgement.h"

namespace picklock {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> data_folder() {
  if (const char* chosen = std::getenv("PICKLOCK_HISTORIES")) return chosen;
  for (fs::path at = PICKLOCK_SOURCE_DIR; at != at.root_path(); at = at.parent_path()) {
    if (fs::is_directory(at / "shared/data/histories")) return at / "shared/data/histories";
  }
  return std::nullopt;
}

class Published : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = data_folder();
    if (!folder) {
      GTEST_SKIP() << "no shared/data/histories beside or above " << PICKLOCK_SOURCE_DIR
                   << "; set PICKLOCK_HISTORIES to the folder";
    }
    data_ = *folder;
  }

  std::vector<fs::path> files_in(const std::string& folder) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(data_ / folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
  }

  static ReadHistory read(const fs::path& path) {
    const Result<InputFile> file = InputFile::open(path.string());
    if (!file) throw std::runtime_error(to_string(file.error().front()));
    auto history = read_history(file->text(), {.file = path.string()});
    if (!history) throw std::runtime_error(to_string(history.error().front()));
    EXPECT_EQ(history->history.malformed, 0U) << path;
    return std::move(history).value();
  }

  // Judges the file and checks the certificate.
  static Judgement judged(const ReadHistory& read, const std::string& specification) {
    const auto parsed = parse_specification(specification);
    if (!parsed) throw std::runtime_error(to_string(parsed.error().front()));
    JudgeLimits limits;
    limits.linearization = true;
    Judgement judgement = judge(read.history, *parsed, limits);
    EXPECT_EQ(verify(read.history, judgement), "");
    return judgement;
  }

  void expect(const fs::path& path, const std::string& specification, Status status) const {
    SCOPED_TRACE(path);
    const Judgement judgement = judged(read(path), specification);
    EXPECT_EQ(judgement.status, status) << judgement.reason << judgement.undecided_because;
    // A file that was converted says the same.
    const ReadHistory again = testing::read_text(testing::written_edn(read(path).history));
    EXPECT_EQ(judged(again, specification).status, status);
  }

  fs::path data_;
};

TEST_F(Published, EtcdLockOfKnossos) {
  const fs::path file = data_ / "knossos/mutex/etcd-bad.edn";
  expect(file, "mutex", Status::violated);
  expect(file, "owner-mutex:refusals=ignored", Status::violated);
  // The first impossible operation is an acquire of process 0, :index 1095 to 1119; positions count from 1.
  EXPECT_EQ(judged(read(file), "mutex").violated_at, true_time(1120));
  EXPECT_EQ(judged(read(file), "owner-mutex:refusals=ignored").violated_at, true_time(1120));
  // Process 3's release, under way from 1116 to 1121, might have made way for it, until it is refused.
  EXPECT_EQ(judged(read(file), "owner-mutex").violated_at, true_time(1121));
}

TEST_F(Published, EtcdLockAsJson) {
  const fs::path json = data_ / "elle-cli/mutex-bad-etcd.json";
  if (!fs::exists(json)) GTEST_SKIP() << json << " is not there";
  expect(json, "mutex", Status::violated);
  EXPECT_EQ(testing::shown(read(json)), testing::shown(read(data_ / "knossos/mutex/etcd-bad.edn")));
}

TEST_F(Published, CasRegistersOfKnossos) {
  const std::string specification = "cas-register:refusals=ignored,timeouts=stop";
  for (const fs::path& file : files_in("knossos/cas-register-bad")) {
    expect(file, specification, Status::violated);
  }
  for (const fs::path& file : files_in("knossos/cas-register-good")) {
    expect(file, specification, Status::holds);
  }
}

TEST_F(Published, MultiRegistersOfKnossos) {
  for (const fs::path& file : files_in("knossos/multi-register")) {
    expect(file, "multi-register:refusals=ignored,initial=0", Status::holds);
  }
}

TEST_F(Published, EtcdRegistersOfPorcupine) {
  const std::set<int> linearizable{2,  5,  7,  18, 25, 31, 38, 45, 48,  49,  51, 53,
                                   56, 67, 75, 76, 80, 87, 92, 98, 100, 101, 102};
  std::size_t judged_files = 0;
  for (const fs::path& file : files_in("porcupine/test_data/jepsen")) {
    const int number = std::stoi(file.stem().string().substr(5));
    if (fs::file_size(file) == 0) continue;  // 095
    expect(file, "cas-register", linearizable.contains(number) ? Status::holds : Status::violated);
    ++judged_files;
  }
  EXPECT_GE(judged_files, 1U);
}

TEST_F(Published, KeyValueLogsOfPorcupine) {
  for (const fs::path& file : files_in("porcupine/test_data/kv")) {
    const std::string name = file.stem().string();
    expect(file, "kv", name.ends_with("-ok") ? Status::holds : Status::violated);
  }
}

// The hardest of them.
TEST_F(Published, KeyValueLogOfFiftyClients) {
  const fs::path file = data_ / "porcupine/test_data/kv/c50-bad.txt";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there";
  const Judgement judgement = judged(read(file), "kv");
  EXPECT_EQ(judgement.status, Status::violated) << judgement.undecided_because;
  EXPECT_TRUE(judgement.is_minimal);
  EXPECT_EQ(judgement.sub_history.size(), 2);
}

TEST_F(Published, AtlasDbLocks) {
  const fs::path valid = data_ / "atlasdb-lock/timelock-e832104e-valid.json";
  expect(valid, "lease:refusals=ignored", Status::holds);
  // Read as exclusive locks, the other one has hundreds of overlaps; what it was meant for is not known.
  expect(data_ / "atlasdb-lock/timelock-7c9a2488-unclear.json", "lease:refusals=ignored",
         Status::violated);
}

TEST_F(Published, CounterOfElle) {
  expect(data_ / "elle-cli/counter.json", "counter", Status::holds);
}

}  // namespace
}  // namespace picklock
