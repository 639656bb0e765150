#include "checker/values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace picklock {
namespace {

using testing::ElementsAre;

TEST(ValueTable, EqualValuesHaveEqualHandlesAndOthersDiffer) {
  ValueTable table;
  const Value a = table.text("a");
  const Value list = table.list(std::array{a, Value::integer(-3)});
  EXPECT_EQ(table.text("a"), a);
  EXPECT_EQ(table.list(std::array{a, Value::integer(-3)}), list);
  EXPECT_NE(table.list(std::array{Value::integer(-3), a}), list);
  EXPECT_NE(table.text("1"), Value::integer(1));
  EXPECT_NE(Value::boolean(false), Value());
  EXPECT_NE(Value::integer(0), Value());
  EXPECT_NE(table.list({}), Value());
}

TEST(ValueTable, NumbersKeepTheirSignAndTheirSize) {
  ValueTable table;
  EXPECT_EQ(table.number(-7).as_integer(), -7);
  EXPECT_EQ(table.number((std::int64_t{1} << 61) - 1).as_integer(), (std::int64_t{1} << 61) - 1);
  EXPECT_EQ(table.number(-(std::int64_t{1} << 61)).as_integer(), -(std::int64_t{1} << 61));
  const Value huge = table.number(std::numeric_limits<std::int64_t>::max());
  EXPECT_TRUE(huge.is_text());
  EXPECT_EQ(table.text_of(huge), "9223372036854775807");
}

TEST(ValueTable, ShowsWhatItHolds) {
  ValueTable table;
  const Value inner = table.list(std::array{Value(), Value::boolean(true)});
  const Value outer = table.list(std::array{table.text("x"), inner, Value::integer(2)});
  EXPECT_EQ(table.show(outer), "[\"x\" [nil true] 2]");
  EXPECT_THAT(table.items_of(inner), ElementsAre(Value(), Value::boolean(true)));
}

}  // namespace
}  // namespace picklock
