#include "sim/resource.h"

namespace picklock {

Resource::Resource(Kernel& kernel, Network& network, Points& points, const ResourceSpec& spec,
                   NodeId id)
    : kernel_(kernel), points_(points), spec_(spec), id_(id), channel_(kernel, network, *this) {}

void Resource::reset() {
  channel_.reset();
  value_ = spec_.initial;
  bar_ = 0;
}

void Resource::start(const Caller& caller, const ResourceRequest& request,
                     Completion<ResourceReply>& completion) {
  channel_.begin() = request;
  channel_.start(caller, id_, spec_.call_timeout, completion);
}

void Resource::on_crash(bool power_loss) {
  channel_.set_silent(id_, power_loss);
  if (!power_loss) channel_.break_calls(id_, NodeId());
}

bool Resource::admits(const ResourceRequest& request) {
  const bool reads = request.action == Action::read;
  switch (spec_.fencing) {
    case Fencing::none:
      return true;
    case Fencing::on_write:
      if (reads) return true;
      if (request.fence < bar_) return false;
      break;
    case Fencing::first_operation:
      if (request.fence < bar_) return false;
      break;
    case Fencing::equality:
      if (reads) return true;
      if (bar_ != 0 && request.fence != bar_) return false;
      break;
  }
  bar_ = request.fence;
  return true;
}

void Resource::execute(NodeId /*server*/, const Caller& caller, const ResourceRequest& request,
                       ResourceReply& reply) {
  const bool admitted = admits(request);
  if (admitted && request.action != Action::read) value_ = request.value;
  reply.outcome = admitted ? Outcome::ok : Outcome::refused;
  reply.value = value_;
  kernel_.recorder().add({.at = kernel_.now(),
                          .kind = EventKind::applied,
                          .action = request.action,
                          .outcome = reply.outcome,
                          .node = id_,
                          .op = caller.op,
                          .hold = caller.hold,
                          .value = value_,
                          .fence = request.fence});
  points_.reached(id_, to_string(request.action));
}

}  // namespace picklock
