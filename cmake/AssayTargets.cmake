# What every target of the project shares.
add_library(assay_options INTERFACE)
target_compile_features(assay_options INTERFACE cxx_std_20)
target_include_directories(assay_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
set(assay_warnings
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    -Werror
    # g++ 12 sees overlaps in "x" + std::string that are not there (GCC PR 105329)
    -Wno-restrict)
target_compile_options(
  assay_options
  INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${assay_warnings}>
            # What nvcc hands to g++ has its own line marks, which are no ISO C++. CMake 3.25 does not
            # know nvcc's flag for C++20.
            "$<$<COMPILE_LANGUAGE:CUDA>:-std=c++20;-Werror=all-warnings;-Xcompiler=-Wall,-Wextra,-Werror;--expt-relaxed-constexpr>"
)
if(ASSAY_SANITIZE)
  target_compile_options(
    assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE} -fno-omit-frame-pointer
                            -fno-sanitize-recover=all
                            # g++ 12 then sees members of std::regex unset that are not (GCC PR 105562)
                            -Wno-maybe-uninitialized)
  target_link_options(assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()

# What most sources include of others' headers is read once a target. Off with sanitizers, so that a source
# that lacks an include is noticed by somebody.
include(CMakeDependentOption)
cmake_dependent_option(ASSAY_PRECOMPILE "Precompile common headers" ON "NOT ASSAY_SANITIZE" OFF)
set(ASSAY_COMMON_HEADERS
    algorithm
    array
    filesystem
    fmt/format.h
    map
    memory
    optional
    span
    string
    vector)

# assay_precompile(TARGET HEADER...)
function(assay_precompile target)
  if(ASSAY_PRECOMPILE)
    list(TRANSFORM ARGN REPLACE "(.+)" "$<$<COMPILE_LANGUAGE:CXX>:<\\1$<ANGLE-R>>")
    target_precompile_headers(${target} PRIVATE ${ARGN})
    # g++ 12 forgets then that <string> is a system header, and sees lengths that cannot be.
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overflow;-Wno-array-bounds>")
  endif()
endfunction()

# assay_library(NAME SOURCES a.cpp ... LINK other::target ...): one folder, one target assay::NAME.
function(assay_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRIVATE_LINK")
  add_library(assay_${name} STATIC ${arg_SOURCES})
  add_library(assay::${name} ALIAS assay_${name})
  target_link_libraries(assay_${name} PUBLIC assay_options ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK})
  target_link_libraries(assay_${name} PRIVATE fmt::fmt)
  assay_precompile(assay_${name} ${ASSAY_COMMON_HEADERS})
endfunction()
