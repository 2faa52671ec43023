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

# assay_library(NAME SOURCES a.cpp ... LINK other::target ...): one folder, one target assay::NAME.
function(assay_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRIVATE_LINK")
  add_library(assay_${name} STATIC ${arg_SOURCES})
  add_library(assay::${name} ALIAS assay_${name})
  target_link_libraries(assay_${name} PUBLIC assay_options ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK})
endfunction()
