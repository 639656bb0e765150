// Which specifications a history could be meant for, where nobody has named one.
#pragma once

#include <vector>

#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock {

// Those that understand every operation, less those that cannot be meant or would say the same as one
// that is left. One is left for registers, key-value stores and transactions; for sets and counters where
// a read tells which; for locks with renewals (a lease) or shared holds (a read-write lock). Other
// locks leave several, and nothing in the history says which is meant. In the table's order. O(n).
std::vector<const SpecificationEntry*> candidates_of(const OperationHistory& history);

// A history speaks of locks, of data, or of both; specifications know one or the other. Moves the
// operations on data out of a history that has both, into the result. O(n).
std::vector<Operation> split_off_data(OperationHistory& history);

}  // namespace picklock
