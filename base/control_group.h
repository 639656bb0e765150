// What Linux lets a group of processes take, as a container or a service manager has limited it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>

namespace picklock {

// Bytes that the control groups of a process still leave it, its own and those above; the largest number, where
// none limits it. Pages of files count as free: the kernel drops them first. `memberships` has the form of
// /proc/self/cgroup, `mounts` is where control groups are mounted, /sys/fs/cgroup: version 2 itself or its folder
// "unified", version 1 below "memory". What cannot be read limits nothing.
std::uint64_t memory_left_by_control_groups(std::istream& memberships,
                                            const std::filesystem::path& mounts);

}  // namespace picklock
