#include "sim/resource.h"

namespace picklock {

Resource::Resource(Kernel& kernel, Network& network, Points& points, const ResourceSpec& spec,
                   NodeId id)
    : kernel_(kernel), points_(points), spec_(spec), id_(id), channel_(kernel, network, *this) {}

void Resource::reset() {
  channel_.reset();
  register_ = {.value = spec_.initial};
}

void Resource::start(const Caller& caller, const ResourceRequest& request,
                     Completion<ResourceReply>& completion) {
  channel_.begin() = request;
  channel_.start(caller, id_, spec_.call_timeout, completion);
}

void Resource::sum_up(StateFacts& facts) const {
  FactBuilder fact(kernel_.names());
  facts.add(fact.add(static_cast<std::uint64_t>(register_.value))
                .add(static_cast<std::uint64_t>(register_.bar))
                .fact());
}

void Resource::on_crash(bool power_loss) {
  channel_.set_silent(id_, power_loss);
  if (!power_loss) channel_.break_calls(id_, NodeId());
}

void Resource::execute(NodeId /*server*/, const Caller& caller, const ResourceRequest& request,
                       ResourceReply& reply) {
  reply = register_.apply(spec_.fencing, request);
  kernel_.recorder().add({.at = kernel_.now(),
                          .kind = EventKind::applied,
                          .action = request.action,
                          .outcome = reply.outcome,
                          .node = id_,
                          .op = caller.op,
                          .hold = caller.hold,
                          .value = reply.value,
                          .fence = request.fence});
  points_.reached(id_, to_string(request.action));
}

}  // namespace picklock
