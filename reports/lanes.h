// The lanes of a picture: what each of them shows from one instant to the next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/canvas.h"
#include "reports/cast.h"
#include "reports/facts.h"

namespace picklock {

enum class Texture : std::uint8_t {
  none,      // no lock, no wish for it
  waits,     // asked for the lock
  solid,     // holds, or is held
  mistaken,  // believes wrongly; is named by less than a quorum
  outage,    // frozen, crashed
  blank,     // nothing to draw
};

// Neighbours that are equal are drawn as one.
struct Stretch {
  Texture texture = Texture::none;
  std::uint64_t identity = 0;
  std::vector<std::string> labels;  // the first that fits is written
  Ink ink = Ink::dim;
  bool is_refusal = false;  // it begins with an operation that was refused

  bool continues(const Stretch& before) const {
    return texture == before.texture && identity == before.identity && !is_refusal;
  }
  bool is_bar() const { return texture == Texture::solid || texture == Texture::mistaken; }
};

struct Lane {
  std::string label;
  Ink ink = Ink::plain;
  std::vector<Stretch> stretches;  // the first before the first instant, then one for each
};

// Of the clients of the cast, each with its outages; of the lock, of servers with outages (3 at most)
// and of the resource. `wrong` is the mark of damage. `brief` leaves out the verbs.
std::vector<Lane> make_lanes(const Facts& facts, const Cast& cast,
                             const std::vector<TrueTime>& times, std::string_view wrong,
                             bool brief);

// The colour of a client of the cast; plain for everybody else.
Ink ink_of(const Cast& cast, NodeId client);

}  // namespace picklock
