// The page's own HTML, style and script, joined from reports/page/ when picklock is built: all but the data,
// which belongs between the two parts.
#pragma once

#include <string_view>

namespace picklock {

std::string_view page_before_data();
std::string_view page_after_data();

}  // namespace picklock
