# Joins the page's sources into one HTML text and writes it as a C++ source:
#   cmake -D SOURCE=<reports/page> -D OUT=<page_template.cc> -D "MODULES=a.js;b.js" -P JoinPage.cmake
#
# A module's imports and `export` go away, because all modules share one scope here: their names must differ,
# which the page's tests check. Comments stay in the sources. Nothing depends on time, path or platform.

file(READ "${SOURCE}/page.html" page)
file(READ "${SOURCE}/page.css" style)

set(script "")
foreach(module ${MODULES})
  file(READ "${SOURCE}/${module}" text)
  string(PREPEND text "\n")
  string(REGEX REPLACE "\n// @ts-check" "" text "${text}")
  string(REGEX REPLACE "\nimport [^;]*;" "" text "${text}")
  string(REGEX REPLACE "\nexport " "\n" text "${text}")
  if(text MATCHES "\n(import|export)[^a-zA-Z_]")
    message(FATAL_ERROR "${module}: \"${CMAKE_MATCH_0}\" is no form that can be joined")
  endif()
  string(APPEND script "${text}")
endforeach()
foreach(part script style)
  string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" ${part} "${${part}}")
  string(REGEX REPLACE "\n *//[^\n]*" "" ${part} "${${part}}")
  string(REGEX REPLACE "\n[ \n]*\n" "\n" ${part} "${${part}}")
  string(REGEX REPLACE "\n +" "\n" ${part} "${${part}}")
  if(${part} MATCHES "</s(cript|tyle)|<!--")
    message(FATAL_ERROR "the ${part} would end its own element: \"${CMAKE_MATCH_0}\"")
  endif()
endforeach()

# Space around punctuation goes away, but not in texts: the script is cut into texts and the code between them. Plus and
# minus keep theirs. Of CMake's own punctuation nothing may be left in a list.
string(ASCII 1 semicolon)
string(ASCII 2 open)
string(ASCII 3 close)
string(ASCII 4 backslash)
string(REPLACE ";" "${semicolon}" script "${script}")
string(REPLACE "[" "${open}" script "${script}")
string(REPLACE "]" "${close}" script "${script}")
string(REPLACE "\\" "${backslash}" script "${script}")
set(punctuation "${semicolon}${open}${close}{}(),:=<>?&|*!")
string(REGEX MATCHALL "'([^'${backslash}]|${backslash}.)*'|`[^`]*`|[^'`]+" pieces "${script}")
set(script "")
foreach(piece IN LISTS pieces)
  string(REGEX REPLACE "[^{]" "" opened "${piece}")
  string(REGEX REPLACE "[^}]" "" closed "${piece}")
  string(LENGTH "${opened}" opened)
  string(LENGTH "${closed}" closed)
  if(piece MATCHES "^`" AND NOT opened EQUAL closed)
    message(FATAL_ERROR "a template inside a template cannot be told from code: ${piece}")
  elseif(NOT piece MATCHES "^['`]")
    string(REGEX REPLACE "([^}]) +([${punctuation}])" "\\1\\2" piece " ${piece}")
    string(REGEX REPLACE "^ " "" piece "${piece}")
    string(REGEX REPLACE "([${punctuation}]) +" "\\1" piece "${piece}")
    string(REGEX REPLACE "([${semicolon}${open}{(,=?:&|])\n" "\\1" piece "${piece}")
  endif()
  string(APPEND script "${piece}")
endforeach()
string(REPLACE "${semicolon}" ";" script "${script}")
string(REPLACE "${open}" "[" script "${script}")
string(REPLACE "${close}" "]" script "${script}")
string(REPLACE "${backslash}" "\\" script "${script}")
string(REGEX REPLACE " *([{};,>])[ \n]*" "\\1" style "${style}")
string(REGEX REPLACE ":[ ]+" ":" style "${style}")
string(REPLACE ";}" "}" style "${style}")
string(REGEX REPLACE "<!--[^>]*-->\n" "" page "${page}")
string(REPLACE "{{style}}" "${style}" page "${page}")
string(REPLACE "{{script}}" "'use strict';\n(() => {${script}})();\n" page "${page}")
string(FIND "${page}" "{{data}}" at)
if(at LESS 0)
  message(FATAL_ERROR "page.html has no place for the data")
endif()
string(SUBSTRING "${page}" 0 ${at} before)
math(EXPR after_at "${at} + 8")
string(SUBSTRING "${page}" ${after_at} -1 after)
file(WRITE "${OUT}" "#include \"reports/page_template.h\"

namespace picklock {
// NOLINTBEGIN(readability-function-size): they are texts

std::string_view page_before_data() {
  return R\"page(${before})page\";
}

std::string_view page_after_data() {
  return R\"page(${after})page\";
}

// NOLINTEND(readability-function-size)
}  // namespace picklock
")
