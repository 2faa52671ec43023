# NVIDIA GPUs: what is there of the CUDA toolkit and of NCCL. Sets CUDA_FOUND, CUBLASLT_FOUND and NCCL_FOUND.
# Nothing here needs a driver: the runtime is linked statically; driver, cuBLASLt and NCCL are loaded at run
# time.

# The one list: machine code for A100, H100/H200 and B200, and PTX for what comes later.
set(ASSAY_CUDA_ARCHITECTURES 80-real 90a-real 100)

function(assay_find_cuda)
  if(NOT ASSAY_CUDA)
    set(reason "ASSAY_CUDA is OFF")
  elseif(ASSAY_SANITIZE)
    set(reason "sanitizers watch host code")
  else()
    find_package(CUDAToolkit 12.8 QUIET) # the first that knows architecture 100
    if(NOT CUDAToolkit_FOUND)
      set(reason "no CUDA toolkit 12.8 or later was found (CUDAToolkit_ROOT says where it is)")
    endif()
  endif()
  if(reason)
    message(STATUS "CUDA is left out: ${reason}")
    set(CUDA_FOUND FALSE PARENT_SCOPE)
    return()
  endif()
  message(STATUS "CUDA ${CUDAToolkit_VERSION} for architectures ${ASSAY_CUDA_ARCHITECTURES}")
  set(CUDA_FOUND TRUE PARENT_SCOPE)
  set(CUDA_COMPILER ${CUDAToolkit_NVCC_EXECUTABLE} PARENT_SCOPE)
endfunction()

assay_find_cuda()
set(NCCL_FOUND FALSE)
set(CUBLASLT_FOUND FALSE)
if(CUDA_FOUND)
  set(CMAKE_CUDA_COMPILER ${CUDA_COMPILER})
  set(CMAKE_CUDA_ARCHITECTURES ${ASSAY_CUDA_ARCHITECTURES})
  set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
  enable_language(CUDA)
  find_package(CUDAToolkit 12.8 REQUIRED) # its targets, in this scope

  # Headers to build with; the libraries are looked for when the program runs.
  find_path(CUBLASLT_INCLUDE_DIR cublasLt.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
  find_library(CUBLASLT_LIBRARY_FILE cublasLt HINTS ${CUDAToolkit_LIBRARY_DIR})
  if(CUBLASLT_INCLUDE_DIR)
    set(CUBLASLT_FOUND TRUE)
  else()
    message(STATUS "cuBLASLt is left out: cublasLt.h was not found (CUBLASLT_INCLUDE_DIR says where it is)")
  endif()
  find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
  find_file(
    NCCL_LIBRARY_FILE libnccl.so.2 HINTS ${CUDAToolkit_LIBRARY_DIR}
    PATHS /usr/lib /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE} /usr/lib64)
  if(NCCL_INCLUDE_DIR)
    set(NCCL_FOUND TRUE)
    message(STATUS "NCCL header in ${NCCL_INCLUDE_DIR}")
  else()
    message(STATUS "NCCL is left out: nccl.h was not found (NCCL_INCLUDE_DIR says where it is)")
  endif()
endif()
