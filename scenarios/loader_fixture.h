// A vocabulary like that of the built-in locks, and a scenario with every section, for tests.
#pragma once

#include <string>

#include "scenarios/loader.h"

namespace picklock {

inline Vocabulary sample_vocabulary() {
  return Vocabulary{
      .locks = {{.name = "redis_setnx",
                 .protocol = "redis",
                 .options = {"wait", "retry", "retry_jitter"}},
                {.name = "redis_token",
                 .protocol = "redis",
                 .options = {"ttl", "margin", "wait", "retry", "retry_jitter"},
                 .steps = {"before the reply"}},
                {.name = "redis_watchdog",
                 .protocol = "redis",
                 .options = {"ttl", "margin", "wait", "retry", "retry_jitter", "renew"}},
                {.name = "redis_token_wait",
                 .protocol = "redis",
                 .options = {"ttl", "wait", "acks"}},
                {.name = "redis_fenced",
                 .protocol = "redis",
                 .options = {"ttl", "margin", "wait", "retry", "retry_jitter"},
                 .fenced = true},
                {.name = "zookeeper_recipe",
                 .protocol = "zookeeper",
                 .options = {"wait"},
                 .fenced = true}},
      .properties = {"server-exclusion", "belief-exclusion", "no-lost-update"},
      .commands = {{"redis", {"SET", "GET", "DEL", "EVAL", "EXISTS", "SETNX"}},
                   {"zookeeper", {"create", "remove", "exists", "get", "get_children", "ping"}}}};
}

inline std::string sample_text() {
  return R"({
  // Every section, and every form of a duration.
  "$schema": "picklock-scenario.schema.json",
  "name": "redis_token_pause_past_ttl",
  "about": "A client sleeps through its lease.",
  "pitfall": "P14",
  "lock": { "algorithm": "redis_token", "ttl": "10s", "margin": "0s", "wait": "30s",
            "retry": "100ms", "retry_jitter": "20ms", "call_timeout": "1s" },
  "servers": { "kind": "redis", "count": 5, "aof": "everysec", "active_expiry": true },
  "clients": { "count": 3, "rounds": 2, "start": "0s", "stagger": "1ms",
               "think": { "exponential": { "min": "1ms", "mean": "2ms", "max": "1s" } },
               "hold": { "log_normal": { "median": "20ms", "sigma": "0.6", "max": "1s" } },
               "diligent": false, "each": { "client-2": { "start": "5s", "rounds": 3, "hold": "1s" } } },
  "clocks": { "redis-1": { "offset": "-2s", "ppm": 200 } },
  "resource": { "workload": "counter", "fencing": "none", "initial": 7, "call_timeout": "1s" },
  "network": { "delay": { "pareto": { "min": "50us", "alpha": "1.5", "max": "30s" } },
               "loss": "1/100", "duplication": "0.01", "transport": "datagrams" },
  "faults": [
    { "pause": "client-1", "for": "14s", "when": "client-1 acquired", "nth": 2, "delay": "5ms", "name": "GC" },
    { "suspend": ["client-1", "client-2"], "for": "6s", "at": { "uniform": ["0s", "10s"] } },
    { "crash": "client-3", "before": "client-3 write" },
    { "crash": "redis-3", "for": "50ms", "power_loss": true, "memory": "lost", "when": "redis-3 SET" },
    { "partition": [["client-1"], ["redis-1", "redis-2"]], "for": "15s", "one_way": true, "hold": true, "at": "1s" },
    { "partition": "majorities-ring", "for": "1s", "at": "30s" },
    { "delay": "client-1 -> resource write", "by": "500ms", "nth": 2, "count": "all" },
    { "lose": "redis-1 -> client-1 SET", "when": "redis-3 restarted" },
    { "duplicate": "client-1 -> redis-1 DEL", "by": "2s" },
    { "reorder": "* -> client-2" },
    { "reset": ["client-1"], "peers": ["redis-1"], "when": "client-1 before the reply", "nth": "every" },
    { "clock_step": "redis-1", "by": "-30s", "at": { "histogram": [["1ms", 90], ["10ms", 9], ["1s", 1]] } },
    { "clock_rate": "redis-1", "ppm": 83333, "for": "5s", "at": "1s", "every": "20s" },
    { "clock_freeze": "resource", "for": "forever", "at": "2s" }
  ],
  "duration": "60s", "max_events": 1000000, "progress": "20s", "recovery": "15s", "seeds": [1, 200],
  "expect": { "belief-exclusion": "violated", "server-exclusion": "holds", "no-lost-update": "any" },
  "fixes": [ { "name": "fencing", "about": "the resource rejects the late write",
               "set": { "/resource/fencing": "first_operation", "/lock/algorithm": "redis_fenced",
                        "/faults/10": null },
               "expect": { "no-lost-update": "holds" } } ]
}
)";
}

}  // namespace picklock
