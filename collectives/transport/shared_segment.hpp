#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace assay::collectives {

/// Memory that processes of one host share by a name in /dev/shm. The name goes with the last copy
/// of the object that made it: let it live until everyone has attached. The memory goes with the
/// last mapping.
class SharedSegment {
 public:
  /// Makes one and gives it a name that no other has.
  /// Throws  Error if there is not so much memory in /dev/shm.
  [[nodiscard]] static SharedSegment create(std::size_t bytes);
  /// Maps the one that rank `peer` has made.
  /// Throws  Error if it cannot be seen: another host, or a container with its own /dev/shm.
  [[nodiscard]] static SharedSegment attach(const std::string& name, std::size_t bytes, int peer);

  [[nodiscard]] std::byte* address() const noexcept { return address_; }
  /// Keeps the mapping, whatever becomes of this object.
  [[nodiscard]] std::shared_ptr<void> mapping() const noexcept { return mapping_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  SharedSegment(std::string name, std::shared_ptr<void> mapping, std::byte* address);

  std::string name_;
  std::shared_ptr<void> mapping_;
  std::byte* address_;
  std::shared_ptr<void> linked_;  ///< removes the name in the end; null where it was attached
};

}  // namespace assay::collectives
