// A value, or every reason why there is none. The names are those of std::expected (C++23).
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/diagnostic.h"
#include "base/require.h"

namespace picklock {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit, as std::expected
  Result(Diagnostics errors) : state_(std::in_place_index<1>, std::move(errors)) {  // NOLINT
    require(!error().empty(), "a failed result says why");
  }

  static Result failure(std::string expected) {
    return Result(Diagnostics{Diagnostic{.expected = std::move(expected)}});
  }

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  const T& value() const& {
    require(has_value(), "value() of a failed result");
    return std::get<0>(state_);
  }
  T& value() & {
    require(has_value(), "value() of a failed result");
    return std::get<0>(state_);
  }
  T&& value() && {
    require(has_value(), "value() of a failed result");
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const Diagnostics& error() const {
    require(state_.index() == 1, "error() of a successful result");
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Diagnostics> state_;
};

}  // namespace picklock
