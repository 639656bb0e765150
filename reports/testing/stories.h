// The stories that the tests of reports draw: what a world and a judge would have handed over.
#pragma once

#include "reports/result.h"

namespace picklock::testing {

RunPicture lost_update_after_pause();  // one Redis, a pause beyond the lease, no fencing
RunPicture fenced_rejection();         // the same with a resource that compares tokens
RunPicture redlock_amnesia();          // five servers, one forgets
RunPicture crash_without_ttl();        // a dead holder, and a client that waits for ever
RunPicture fifty_clients();            // two of fifty matter
RunPicture delayed_write();            // no pause at all: the network is late
RunPicture blind_delete();             // a release deletes another client's lock

}  // namespace picklock::testing
