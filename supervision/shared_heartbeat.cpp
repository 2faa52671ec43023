#include "supervision/shared_heartbeat.hpp"

#include <new>

#include "core/error.hpp"

namespace assay::supervision {

SharedHeartbeat::SharedHeartbeat() {
  void* address =
      ::mmap(nullptr, sizeof(Heartbeat), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) throw_system_error("mmap");
  page_ = native::Mapping{{address, sizeof(Heartbeat)}};
  heartbeat_ = new (address) Heartbeat;
}

}  // namespace assay::supervision
