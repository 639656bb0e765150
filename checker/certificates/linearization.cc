// An order of what took effect: the plain object allows it, and it respects the order of time.
#include <map>
#include <set>
#include <utility>

#include "checker/certificates/certificates.h"
#include "checker/plain_object.h"

namespace picklock::certificates {

// The plain object carries each operation out no earlier than the one before it, and refuses what would come
// after its return: so an order that it allows is one of the operations' windows.
std::string why_no_linearization(const Claim& claim) {
  const Specification& specification = claim.judgement.specification;
  std::map<std::uint32_t, PlainObject> objects;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> last_known;  // place
  std::set<std::uint32_t> placed;
  for (const std::uint32_t place : claim.named) {
    const Operation& operation = claim.at(place);
    const bool is_known = operation.outcome != Outcome::unknown;
    const auto object =
        objects.try_emplace(operation.object, claim.history.values, specification).first;
    const auto demand = is_known ? PlainObject::Demand::recorded : PlainObject::Demand::success;
    if (!object->second.apply(operation, demand))
      return "the specification does not allow the order";
    if (!placed.insert(place).second) return "an operation takes effect twice";
    if (!is_known) continue;
    const auto [last, is_first] =
        last_known.try_emplace({operation.process, operation.object}, place);
    if (!is_first && last->second > place) return "a process's operations change places";
    last->second = place;
  }
  for (std::uint32_t i = 0; i < claim.history.operations.size(); ++i) {
    const Operation& operation = claim.at(i);
    const bool is_needed =
        operation.outcome != Outcome::unknown && is_judged(operation, specification);
    if (is_needed && !placed.contains(i)) return "an operation is missing";
  }
  return {};
}

}  // namespace picklock::certificates
