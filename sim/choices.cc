#include "sim/choices.h"

namespace picklock {

Choices Choices::random(std::uint64_t seed) {
  Choices choices;
  choices.seed_ = mix(seed);
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

std::uint64_t Choices::replayed(std::uint64_t stream, std::uint32_t ordinal) const {
  const auto found = deviations_.find({stream, ordinal});
  return found == deviations_.end() ? 0 : found->second;
}

}  // namespace picklock
