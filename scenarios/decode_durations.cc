// Durations, and distributions of durations.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "scenarios/decoder.h"
#include "scenarios/syntax.h"

namespace picklock::loading {
namespace {

constexpr const char* kDurationPattern = "^-?[0-9]+([.][0-9]+)?(ns|us|ms|s|min|h|d)$";

// A positive decimal written as a text, in thousandths.
Kind<std::uint32_t> thousandths(std::uint32_t most) {
  return {[] {
            return Json({{"type", "string"}, {"pattern", "^[0-9]+([.][0-9]{1,3})?$"}});
          },
          [most](const Cursor& at) -> std::optional<std::uint32_t> {
            const std::string expected = fmt::format(
                "a decimal such as \"1.5\" from 0.001 to {}, with at most three decimals, "
                "as a text",
                most / 1000);
            if (!at.value().is_string()) {
              at.wrong(expected, at.value().is_number()
                                     ? fmt::format("write \"{}\"", at.value().dump())
                                     : "");
              return std::nullopt;
            }
            // The grammar is that of durations: "1.5" seconds are 1500 milliseconds.
            const auto& text = at.value().get_ref<const std::string&>();
            const auto seconds = parse_duration(text + "s");
            constexpr std::int64_t kThousandth = 1'000'000;
            if (!seconds || seconds->count() % kThousandth != 0 || seconds->count() <= 0 ||
                seconds->count() / kThousandth > most || text.front() == '+') {
              at.wrong(expected);
              return std::nullopt;
            }
            return static_cast<std::uint32_t>(seconds->count() / kThousandth);
          }};
}

std::string hint_for_duration(const Json& value) {
  if (value.is_number()) {
    const std::string number = value.dump();
    return fmt::format("write \"{}ms\" or \"{}s\", with the unit that you mean", number, number);
  }
  if (!value.is_string()) return {};
  const auto& text = value.get_ref<const std::string&>();
  const std::size_t unit = text.find_first_not_of("+-.0123456789");
  if (unit == std::string::npos) return "the units are ns, us, ms, s, min, h and d";
  static const std::vector<std::string> kUnits{"ns", "us", "ms", "s", "min", "h", "d"};
  if (std::ranges::find(kUnits, text.substr(unit)) == kUnits.end()) {
    return "the units are ns, us, ms, s, min, h and d";
  }
  return "it must be a whole number of nanoseconds below 2^63";
}

// The bounds of a distribution, after all its members have been read.
void check_bounds(const Cursor& at, const DurationSpec& spec) {
  if (spec.max < spec.min) {
    at.issue_in("max", fmt::format("expected \"max\" not below \"min\", got \"{}\" and \"{}\"",
                                   to_string(spec.max), to_string(spec.min)));
  }
}

struct Shape {
  const char* name;
  DurationSpec::Kind kind;
  Record<DurationSpec> record;
};

// The distributions that are written as objects.
std::vector<Shape> shapes(Duration least) {
  using enum DurationSpec::Kind;
  std::vector<Shape> shapes{{"exponential", exponential, Record<DurationSpec>("an exponential")},
                            {"log_normal", log_normal, Record<DurationSpec>("a log_normal")},
                            {"pareto", pareto, Record<DurationSpec>("a pareto")}};
  const Duration scale = std::max(least, kShortestDuration);
  shapes[0]
      .record
      .add("min", "the shortest; the exponential part is added to it", a_duration(least),
           &DurationSpec::min)
      .add("mean", "mean of the exponential part", a_duration(kShortestDuration),
           &DurationSpec::mean)
      .required();
  shapes[1]
      .record
      .add("min", "the shortest; the log-normal part is added to it", a_duration(least),
           &DurationSpec::min)
      .add("median", "median of the log-normal part", a_duration(kShortestDuration),
           &DurationSpec::mean)
      .required()
      .add("sigma", "standard deviation of the logarithm", thousandths(10'000),
           &DurationSpec::shape_thousandths)
      .required();
  shapes[2]
      .record.add("min", "the scale: the shortest", a_duration(scale), &DurationSpec::min)
      .required()
      .add("alpha", "the shape: the smaller, the heavier the tail", thousandths(100'000),
           &DurationSpec::shape_thousandths)
      .required();
  for (Shape& shape : shapes) {
    shape.record.add("max", "longer draws are cut to this", a_duration(least), &DurationSpec::max);
  }
  return shapes;
}

std::optional<DurationSpec> read_uniform(const Cursor& at, const Kind<Duration>& bound) {
  if (!at.is_array()) return std::nullopt;
  if (at.value().size() != 2) {
    at.issue(fmt::format("expected two durations [shortest, longest], got {} of them",
                         at.value().size()));
    return std::nullopt;
  }
  const auto from = bound.read(at[0]);
  const auto to = bound.read(at[1]);
  if (!from || !to) return std::nullopt;
  if (*to < *from) {
    at.issue("expected [shortest, longest], got the longest first");
    return std::nullopt;
  }
  return DurationSpec{.kind = DurationSpec::Kind::uniform, .min = *from, .max = *to};
}

std::optional<DurationSpec> read_histogram(const Cursor& at, const Kind<Duration>& bound) {
  if (!at.is_array()) return std::nullopt;
  constexpr std::size_t kMostBuckets = 1000;
  if (at.value().empty() || at.value().size() > kMostBuckets) {
    at.issue(fmt::format("expected 1 to {} buckets such as [\"10ms\", 90], got {}", kMostBuckets,
                         at.value().size()));
    return std::nullopt;
  }
  const auto weight = a_count(1, 1'000'000);
  DurationSpec spec{.kind = DurationSpec::Kind::histogram, .max = Duration{}};
  bool sound = true;
  for (std::size_t i = 0; i < at.value().size(); ++i) {
    const Cursor bucket = at[i];
    if (!bucket.value().is_array() || bucket.value().size() != 2) {
      bucket.wrong("a bucket [upper bound, weight] such as [\"10ms\", 90]");
      sound = false;
      continue;
    }
    const auto upper = bound.read(bucket[0]);
    const auto share = weight.read(bucket[1]);
    if (upper && !spec.buckets.empty() && *upper <= spec.buckets.back().first) {
      bucket[0].wrong(fmt::format("an upper bound above the last one, \"{}\"",
                                  to_string(spec.buckets.back().first)));
      sound = false;
    }
    sound = sound && upper && share;
    if (upper) spec.buckets.emplace_back(*upper, share.value_or(1));
  }
  if (!sound) return std::nullopt;
  spec.max = spec.buckets.back().first;
  return spec;
}

std::vector<std::string> distribution_names() {
  return {"uniform", "exponential", "log_normal", "pareto", "histogram"};
}

std::optional<DurationSpec> read_distribution(const Cursor& at, Duration least) {
  const std::vector<std::string> names = distribution_names();
  if (at.value().size() != 1) {
    at.issue(fmt::format("expected one distribution, {}, got {} keys", alternatives(names),
                         at.value().size()));
    return std::nullopt;
  }
  const std::string name = at.value().begin().key();
  const Cursor inner = at[name];
  if (name == "uniform") return read_uniform(inner, a_duration(least));
  if (name == "histogram")
    return read_histogram(inner, a_duration(std::max(least, kShortestDuration)));
  for (const Shape& shape : shapes(least)) {
    if (name != shape.name) continue;
    DurationSpec spec{.kind = shape.kind};
    shape.record.read(inner, spec);
    if (inner.issues().clean(inner.pointer())) check_bounds(inner, spec);
    return inner.issues().clean(inner.pointer()) ? std::optional(spec) : std::nullopt;
  }
  reject_unknown_keys(at, names, "the name of a distribution");
  return std::nullopt;
}

Json distribution_schema(Duration least) {
  const Json bound = a_duration(least).schema();
  const Json bucket = {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}};
  Json forms = Json::array({bound});
  const auto add = [&](const char* name, Json schema) {
    forms.push_back({{"type", "object"},
                     {"properties", {{name, std::move(schema)}}},
                     {"required", {name}},
                     {"additionalProperties", false}});
  };
  add("uniform", {{"type", "array"}, {"items", bound}, {"minItems", 2}, {"maxItems", 2}});
  for (const Shape& shape : shapes(least)) add(shape.name, shape.record.schema());
  add("histogram", {{"type", "array"}, {"items", bucket}, {"minItems", 1}});
  return forms;
}

}  // namespace

Kind<Duration> a_duration(Duration least, Duration most) {
  return {[] {
            return Json({{"type", "string"}, {"pattern", kDurationPattern}});
          },
          [least, most](const Cursor& at) -> std::optional<Duration> {
            const auto duration = at.value().is_string()
                                      ? parse_duration(at.value().get_ref<const std::string&>())
                                      : std::nullopt;
            if (!duration) {
              at.wrong("a duration such as \"500ms\"", hint_for_duration(at.value()));
              return std::nullopt;
            }
            if (*duration < least || *duration > most) {
              at.wrong(fmt::format("a duration from {} to {}", to_string(least), to_string(most)));
              return std::nullopt;
            }
            return duration;
          }};
}

Kind<DurationSpec> a_spread(Duration least) {
  return {[least] {
            return Json({{"anyOf", distribution_schema(least)}});
          },
          [least](const Cursor& at) -> std::optional<DurationSpec> {
            if (at.value().is_object()) return read_distribution(at, least);
            const auto constant = a_duration(least).read(at);
            return constant ? std::optional(DurationSpec::constant(*constant)) : std::nullopt;
          }};
}

Kind<DurationSpec> a_length() {
  return a_length_from(kShortestDuration);
}

Kind<DurationSpec> a_length_from(Duration least) {
  Kind<DurationSpec> kind = a_spread(least);
  kind.schema = [spread = std::move(kind.schema)] {
    Json schema = spread();
    schema["anyOf"].push_back({{"const", "forever"}});
    return schema;
  };
  kind.read = [read = std::move(kind.read)](const Cursor& at) -> std::optional<DurationSpec> {
    return at.value() == "forever" ? DurationSpec::constant(kForever) : read(at);
  };
  return kind;
}

}  // namespace picklock::loading
