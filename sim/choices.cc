#include "sim/choices.h"

namespace picklock {

Choices Choices::random(std::uint64_t seed) {
  Choices choices;
  choices.seed_ = mix(seed);
  return choices;
}

Choices Choices::paced(std::uint64_t seed, std::uint64_t changes) {
  Choices choices;
  choices.kind_ = Kind::paced;
  choices.seed_ = mix(seed);
  choices.changes_ = changes;
  return choices;
}

Choices Choices::replay(const std::vector<Choice>& deviations) {
  Choices choices;
  choices.kind_ = Kind::replay;
  for (const Choice& choice : deviations) {
    choices.deviations_[{choice.stream, choice.ordinal}] = choice.value;
  }
  return choices;
}

void Choices::continue_randomly(std::uint64_t seed) {
  kind_ = Kind::continued;
  seed_ = mix(seed);
}

std::uint64_t Choices::value_of(std::uint64_t stream, std::uint32_t ordinal) const {
  switch (kind_) {
    case Kind::replay:
      return replayed(stream, ordinal);
    case Kind::paced:
      return at_pace(stream, ordinal);
    case Kind::random:
    case Kind::continued:
      break;
  }
  return mix(mix(seed_ ^ stream) + ordinal);
}

void Choices::keep(const Choice& choice) {
  recorded_.push_back(choice);
}

std::uint64_t Choices::at_pace(std::uint64_t stream, std::uint32_t ordinal) const {
  constexpr std::uint64_t kDraws = 100;
  const std::uint64_t base = mix(seed_ ^ stream);
  std::uint64_t pace = 0;  // which one
  for (std::uint64_t i = 0; i < changes_; ++i) {
    if (mix(base ^ i) % kDraws < ordinal) ++pace;
  }
  return mix(base + pace);
}

std::uint64_t Choices::replayed(std::uint64_t stream, std::uint32_t ordinal) const {
  const auto found = deviations_.find({stream, ordinal});
  return found == deviations_.end() ? 0 : found->second;
}

}  // namespace picklock
