#include "sim/fenced_register.h"

namespace picklock {

bool FencedRegister::admits(Fencing fencing, const ResourceRequest& request) {
  const bool reads = request.action == Action::read;
  switch (fencing) {
    case Fencing::none:
      return true;
    case Fencing::on_write:
      if (reads) return true;
      if (request.fence < bar) return false;
      break;
    case Fencing::first_operation:
      if (request.fence < bar) return false;
      break;
    case Fencing::equality:
      if (reads) return true;
      if (bar != 0 && request.fence != bar) return false;
      break;
  }
  bar = request.fence;
  return true;
}

ResourceReply FencedRegister::apply(Fencing fencing, const ResourceRequest& request) {
  const bool admitted = admits(fencing, request);
  if (admitted && request.action != Action::read) value = request.value;
  return {.outcome = admitted ? Outcome::ok : Outcome::refused, .value = value};
}

}  // namespace picklock
