// What check says of twenty-seven small histories, each wrong in its own way: reports/explanations/ has
// the history (NAME.csv) and the text (NAME.txt), which PICKLOCK_WRITE_GOLDEN=1 writes anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "checker/certificate_verifier.h"
#include "checker/formats/history_reader.h"
#include "reports/check_text.h"
#include "reports/testing/golden.h"

namespace picklock {
namespace {

struct Explanation {
  std::string name;
  std::string specification;
};

void PrintTo(const Explanation& explanation, std::ostream* out) {
  *out << explanation.name;
}

const std::vector<Explanation> kExplanations{
    {"mutex_two_acquires_in_a_row", "mutex"},
    {"mutex_release_of_a_free_lock", "mutex"},
    {"owner_mutex_two_holders", "owner-mutex"},
    {"owner_mutex_holders_after_lost_replies", "owner-mutex"},
    {"owner_mutex_refused_a_free_lock", "owner-mutex"},
    {"owner_mutex_release_by_another", "owner-mutex"},
    {"owner_mutex_released_twice", "owner-mutex"},
    {"owner_mutex_refused_its_own_release", "owner-mutex"},
    {"two_locks_of_which_one_breaks", "owner-mutex"},
    {"reentrant_left_too_early", "reentrant"},
    {"reentrant_beyond_its_limit", "reentrant:2"},
    {"fenced_smaller_token", "fenced"},
    {"fenced_same_token_twice", "fenced"},
    {"reentrant_fenced_new_token_within", "reentrant-fenced"},
    {"semaphore_three_of_two", "semaphore:2"},
    {"semaphore_permit_returned_twice", "semaphore:2"},
    {"rw_lock_writer_beside_a_reader", "rw-lock"},
    {"rw_lock_reader_refused_beside_readers", "rw-lock"},
    {"lease_granted_before_it_ran_out", "lease:ttl=100ns,drift=1/10"},
    {"lease_renewed_and_granted_to_another", "lease:ttl=100ns"},
    {"fenced_resource_accepted_a_stale_token", "fenced-resource"},
    {"register_stale_read", "register"},
    {"cas_register_two_winners", "cas-register"},
    {"kv_stale_read_of_one_key", "kv"},
    {"counter_lost_increment", "counter"},
    {"set_lost_member", "set"},
    {"multi_register_torn_read", "multi-register"},
};

class Explanations : public ::testing::TestWithParam<Explanation> {};

TEST_P(Explanations, AsWritten) {
  const std::string name = GetParam().name;
  const std::string path =
      std::string(PICKLOCK_SOURCE_DIR) + "/reports/explanations/" + name + ".csv";
  const Result<InputFile> file = InputFile::open(path);
  ASSERT_TRUE(file) << path;
  const Result<ReadHistory> read = read_history(file->text(), {.file = name + ".csv"});
  ASSERT_TRUE(read && read->malformed.empty()) << path;
  const Result<Specification> specification = parse_specification(GetParam().specification);
  ASSERT_TRUE(specification);
  Judgement judgement = judge(read->history, *specification);
  ASSERT_EQ(judgement.status, Status::violated);
  EXPECT_TRUE(judgement.is_minimal);
  EXPECT_EQ(verify(read->history, judgement), "");
  const CheckResult result = check_result(name + ".csv", std::string(to_string(read->format)),
                                          read->history, std::move(judgement));
  testing::expect_golden("../explanations/" + name + ".txt", check_text(result, {.width = 100}));
}

INSTANTIATE_TEST_SUITE_P(Check, Explanations, ::testing::ValuesIn(kExplanations),
                         [](const auto& one) { return one.param.name; });

TEST(ExplanationFiles, EachIsTestedAndEachSpecificationHasOne) {
  std::set<std::string> tested;
  std::set<SpecificationKind> kinds;
  for (const Explanation& explanation : kExplanations) {
    tested.insert(explanation.name);
    kinds.insert(parse_specification(explanation.specification)->kind);
  }
  std::set<std::string> found;
  const std::string folder = std::string(PICKLOCK_SOURCE_DIR) + "/reports/explanations";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    found.insert(entry.path().stem().string());
  }
  EXPECT_EQ(found, tested);
  EXPECT_EQ(kinds.size(), specifications().size());
}

}  // namespace
}  // namespace picklock
