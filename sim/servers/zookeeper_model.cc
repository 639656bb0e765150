#include "sim/servers/zookeeper_model.h"

#include <algorithm>
#include <charconv>

#include "base/require.h"

namespace picklock {
namespace {

using Index = ZooKeeperTree::Index;
constexpr Index kNone = ZooKeeperTree::kNone;

// Ten digits with leading zeros.
void append_sequence(std::string& path, std::int32_t number) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const auto length = static_cast<std::size_t>(end - digits);
  if (length < 10) path.append(10 - length, '0');
  path.append(digits, length);
}

}  // namespace

ZooKeeperModel::ZooKeeperModel(ZooKeeperConfig config)
    : tick_(config.tick),
      timeout_(std::max(2 * tick_, std::min(config.session_timeout, 20 * tick_))) {
  require(tick_ > Duration::zero(), "a tick must last");
}

void ZooKeeperModel::reset() {
  zxid_ = 0;
  tree_.reset();
  watches_.reset();
  sessions_.clear();
  expired_.clear();
  no_expiry_before_ = kNoDeadline;
}

void ZooKeeperModel::apply(std::int64_t session, const ZkRequest& request, LocalTime now,
                           ZkReply& reply) {
  answer(touch(session, now), session, request, reply);
}

void ZooKeeperModel::apply_untouched(std::int64_t session, const ZkRequest& request, LocalTime now,
                                     ZkReply& reply) {
  expire_due(now);
  answer(is_open(session), session, request, reply);
}

void ZooKeeperModel::answer(bool is_open, std::int64_t session, const ZkRequest& request,
                            ZkReply& reply) {
  reply.path.clear();
  reply.data.clear();
  reply.stat = ZkStat{};
  reply.code = is_open ? execute(session, request, reply) : ZkCode::session_expired;
  if (request.op != ZkOp::get_children || !reply.is_ok()) reply.children.clear();
}

ZkCode ZooKeeperModel::execute(std::int64_t session, const ZkRequest& request, ZkReply& reply) {
  if (request.op == ZkOp::connect || request.op == ZkOp::ping) return ZkCode::ok;
  if (request.op == ZkOp::close) {
    close(session, ZkRemoval::session_closed);
    return ZkCode::ok;
  }
  path_.assign(request.path);
  // Any digit: what is judged is the path that the znode will have.
  if (request.op == ZkOp::create && request.sequential) path_ += '1';
  if (!is_valid_znode_path(path_)) return ZkCode::bad_arguments;
  switch (request.op) {
    case ZkOp::create:
      return create(session, request, reply);
    case ZkOp::remove:
      return remove(request);
    case ZkOp::set:
      return set(request, reply);
    case ZkOp::get_children:
      return get_children(session, request, reply);
    default:
      return read(session, request, reply);
  }
}

// A refused write takes a transaction id as well: ZooKeeper logs the refusal.
ZkCode ZooKeeperModel::create(std::int64_t session, const ZkRequest& request, ZkReply& reply) {
  ++zxid_;
  if (path_ == "/") return ZkCode::node_exists;
  const Index parent = tree_.find(parent_of_znode(path_));
  if (parent == kNone) return ZkCode::no_node;
  path_.assign(request.path);
  if (request.sequential) append_sequence(path_, tree_[parent].creations);
  if (tree_.find(path_) != kNone) return ZkCode::node_exists;
  if (tree_[parent].owner != 0) return ZkCode::no_children_for_ephemerals;

  const std::string_view name = std::string_view(path_).substr(path_.rfind('/') + 1);
  Znode& node = tree_[tree_.add(parent, name, zxid_)];
  node.data.assign(request.data);
  node.owner = request.ephemeral ? session : 0;
  reply.path.assign(path_);
  reply.stat = node.stat();
  if (observer_ != nullptr) observer_->on_created(path_, session);
  watches_.on_created(path_);
  return ZkCode::ok;
}

ZkCode ZooKeeperModel::remove(const ZkRequest& request) {
  ++zxid_;
  if (ZooKeeperTree::is_built_in(path_)) return ZkCode::bad_arguments;
  const Index node = tree_.find(path_);
  if (node == kNone) return ZkCode::no_node;
  if (request.version != -1 && request.version != tree_[node].version) return ZkCode::bad_version;
  if (!tree_[node].children.empty()) return ZkCode::not_empty;
  detach(node, ZkRemoval::deleted);
  return ZkCode::ok;
}

ZkCode ZooKeeperModel::set(const ZkRequest& request, ZkReply& reply) {
  ++zxid_;
  const Index found = tree_.find(path_);
  if (found == kNone) return ZkCode::no_node;
  Znode& node = tree_[found];
  if (request.version != -1 && request.version != node.version) return ZkCode::bad_version;
  node.data.assign(request.data);
  node.mzxid = zxid_;
  ++node.version;
  reply.stat = node.stat();
  watches_.on_changed(path_);
  return ZkCode::ok;
}

// exists, or get.
ZkCode ZooKeeperModel::read(std::int64_t session, const ZkRequest& request, ZkReply& reply) {
  const Index node = tree_.find(path_);
  // Alone among the reads, exists also watches what is not there.
  const bool can_watch = node != kNone || request.op == ZkOp::exists;
  if (request.watch && can_watch) watches_.watch_node(path_, session);
  if (node == kNone) return ZkCode::no_node;
  if (request.op == ZkOp::get) reply.data.assign(tree_[node].data);
  reply.stat = tree_[node].stat();
  return ZkCode::ok;
}

ZkCode ZooKeeperModel::get_children(std::int64_t session, const ZkRequest& request,
                                    ZkReply& reply) {
  const Index node = tree_.find(path_);
  if (node == kNone) return ZkCode::no_node;
  if (request.watch) watches_.watch_children(path_, session);
  const std::vector<Index>& children = tree_[node].children;
  reply.children.resize(children.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    reply.children[i].assign(tree_[children[i]].name);
  }
  reply.stat = tree_[node].stat();
  return ZkCode::ok;
}

// The znode at path_.
void ZooKeeperModel::detach(Index node, ZkRemoval why) {
  tree_.remove(node);
  if (observer_ != nullptr) observer_->on_deleted(path_, why);
  watches_.on_deleted(path_);
}

bool ZooKeeperModel::is_open(std::int64_t session) const {
  return session >= 1 && static_cast<std::size_t>(session) <= sessions_.size() &&
         sessions_[static_cast<std::size_t>(session - 1)].is_open;
}

ZooKeeperModel::Session* ZooKeeperModel::open(std::int64_t session) {
  return is_open(session) ? &sessions_[static_cast<std::size_t>(session - 1)] : nullptr;
}

LocalTime ZooKeeperModel::expiry_from(LocalTime now) const {
  const Duration timeout = (now + timeout_).time_since_epoch();
  return LocalTime{(timeout / tick_ + 1) * tick_};
}

std::int64_t ZooKeeperModel::open_session(LocalTime now) {
  expire_due(now);
  ++zxid_;
  sessions_.push_back(Session{.is_open = true, .expiry = expiry_from(now)});
  no_expiry_before_ = std::min(no_expiry_before_, sessions_.back().expiry);
  return static_cast<std::int64_t>(sessions_.size());
}

bool ZooKeeperModel::touch(std::int64_t session, LocalTime now) {
  expire_due(now);
  Session* found = open(session);
  if (found == nullptr) return false;
  found->expiry = expiry_from(now);
  return true;
}

std::optional<LocalTime> ZooKeeperModel::next_expiry() const {
  std::optional<LocalTime> next;
  for (const Session& session : sessions_) {
    if (session.is_open && (!next || session.expiry < *next)) next = session.expiry;
  }
  return next;
}

void ZooKeeperModel::expire_due(LocalTime now) {
  if (now < no_expiry_before_) return;
  auto next = next_expiry();
  for (; next && *next <= now; next = next_expiry()) {
    // The earliest tick first, and on one tick the oldest session.
    const auto is_next = [&](const Session& session) {
      return session.is_open && session.expiry == *next;
    };
    const auto due = std::find_if(sessions_.begin(), sessions_.end(), is_next);
    close(due - sessions_.begin() + 1, ZkRemoval::session_expired);
  }
  no_expiry_before_ = next.value_or(kNoDeadline);
}

// One transaction, however many ephemerals go. The session's own watches see it: they end after it.
void ZooKeeperModel::close(std::int64_t session, ZkRemoval why) {
  open(session)->is_open = false;
  if (why == ZkRemoval::session_expired) expired_.push_back(session);
  ++zxid_;
  tree_.ephemerals_of(session, doomed_);
  for (const Index node : doomed_) {
    tree_.path_of(node, path_);
    detach(node, why);
  }
  watches_.forget(session);
}

void ZooKeeperModel::restart(LocalTime now) {
  for (Session& session : sessions_) session.expiry = expiry_from(now);
  no_expiry_before_ = expiry_from(now);
}

void ZooKeeperModel::begin_epoch() {
  constexpr int kCounterBits = 32;
  zxid_ = ((zxid_ >> kCounterBits) + 1) << kCounterBits;
}

}  // namespace picklock
