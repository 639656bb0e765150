#include "real/run_memory.h"

#include <new>
#include <utility>

namespace picklock {

Result<std::unique_ptr<RunState>> RunState::create(std::size_t slots) {
  using Made = Result<std::unique_ptr<RunState>>;
  Result<SharedMemory> file = SharedMemory::create("picklock-run", RunMemory::size_for(slots));
  if (!file) return Made(file.error());
  std::unique_ptr<RunState> state(new RunState(std::move(file).value()));
  state->memory_ = ::new (state->file_.data()) RunMemory;
  std::size_t room = slots * sizeof(ProcessSlot) + alignof(ProcessSlot);
  void* place = state->memory_ + 1;
  auto* const first = static_cast<ProcessSlot*>(
      std::align(alignof(ProcessSlot), slots * sizeof(ProcessSlot), place, room));
  for (std::size_t i = 0; i < slots; ++i) ::new (first + i) ProcessSlot;
  state->slots_ = {first, slots};
  return Made(std::move(state));
}

void RunState::reset(std::int64_t value) {
  for (ProcessSlot& slot : slots_) {
    slot.waits = 0;
    slot.next_due = 0;
    slot.tokens = 0;
    slot.valid_until = nanoseconds(kNoDeadline);
    slot.log.clear();
  }
  memory_->next_op = 0;
  memory_->next_event = 0;
  memory_->value = value;
  memory_->bar = 0;
  memory_->clocks.move_to(TrueTime{});
}

}  // namespace picklock
