#include "cli/version.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hwloc.h>
#include <link.h>
#include <mpi.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "collectives/baseline/mpi.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/reduction.hpp"
#include "collectives/transports.hpp"
#include "core/native/openblas.hpp"

namespace assay::cli {

namespace {

struct Setting {
  const char* name;
  const char* value;
};
/// No threads until it is told to have some, which sleep after 2^20 ticks of the processor's clock
/// without work: by default they spin for 2^26, while our kernel has its turn.
constexpr std::array openblas_settings{Setting{"OPENBLAS_NUM_THREADS", "1"},
                                       Setting{"OPENBLAS_THREAD_TIMEOUT", "20"}};

/// Whether it is there. What the user set goes before ours, and the environment is left as it was.
bool load_openblas() {
  std::vector<const char*> ours;
  for (const auto& [name, value] : openblas_settings) {
    if (std::getenv(name) != nullptr) continue;
    ::setenv(name, value, 0);
    ours.push_back(name);
  }
  const bool is_there = native::OpenBlas::problem().empty();
  for (const char* name : ours) ::unsetenv(name);
  return is_there;
}

std::string hex(std::span<const unsigned char> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

/// The GNU build id among the notes of a segment; empty where it is not.
/// Source  ELF, System V ABI: notes are padded to words of four bytes.
std::string build_id_in(const unsigned char* at, const unsigned char* end) {
  constexpr std::size_t word = 4;
  const auto padded = [](std::size_t bytes) { return (bytes + word - 1) / word * word; };
  constexpr std::string_view owner{"GNU", 4};  // its end is counted
  while (at + sizeof(ElfW(Nhdr)) <= end) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const unsigned char* name = at + sizeof note;
    const unsigned char* content = name + padded(note.n_namesz);
    if (note.n_type == NT_GNU_BUILD_ID &&
        std::string_view{reinterpret_cast<const char*>(name), note.n_namesz} == owner)
      return hex({content, note.n_descsz});
    at = content + padded(note.n_descsz);
  }
  return {};
}

/// The linker's hash of what it wrote, which is in memory; empty where it left none.
std::string build_id() {
  std::string id;
  const auto look = [](dl_phdr_info* object, std::size_t /*bytes*/, void* found) {
    for (const ElfW(Phdr) & segment : std::span{object->dlpi_phdr, object->dlpi_phnum}) {
      if (segment.p_type != PT_NOTE) continue;
      const auto* at = reinterpret_cast<const unsigned char*>(object->dlpi_addr + segment.p_vaddr);
      std::string note = build_id_in(at, at + segment.p_memsz);
      if (!note.empty()) *static_cast<std::string*>(found) = std::move(note);
    }
    return 1;  // the program itself comes first, and is all that is asked
  };
  dl_iterate_phdr(look, &id);
  return id;
}

/// Of its whole file.
std::string hash_of_program() {
  constexpr std::uint64_t fnv_offset = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  constexpr std::uint64_t fnv_prime = 0x100000001b3U;
  std::ifstream program{"/proc/self/exe", std::ios::binary};
  std::uint64_t hash = fnv_offset;
  std::vector<char> piece(1 << 16);
  while (program) {
    program.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    for (std::streamsize i = 0; i < program.gcount(); ++i)
      hash = (hash ^ static_cast<unsigned char>(piece[static_cast<std::size_t>(i)])) * fnv_prime;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::string version() { return ASSAY_VERSION; }

std::map<std::string, std::string> libraries() {
  std::map<std::string, std::string> all{
      {"mpi", collectives::mpi_library_version()},
      {"mpi_standard", fmt::format("{}.{}", MPI_VERSION, MPI_SUBVERSION)},
      {"hwloc", fmt::format("{}.{}.{}", HWLOC_API_VERSION >> 16, (HWLOC_API_VERSION >> 8) & 0xff,
                            HWLOC_API_VERSION & 0xff)},
  };
  if (load_openblas()) all.emplace("openblas", native::OpenBlas::get().get_config());
  for (const auto& backend : collectives::transports())
    if (backend.library_version != nullptr) all.emplace(backend.name, backend.library_version());
  return all;
}

std::string version_text() {
  std::string text = fmt::format("assay {}\n\ntransports:", version());
  for (const auto& backend : collectives::transports()) text += fmt::format(" {}", backend.name);
  text += "\nimplementations: assay mpi\ninstruction sets:";
  for (const auto& set : collectives::instruction_sets())
    text += fmt::format(" {}{}", set.name, set.usable ? "" : " (not on this processor)");
  text += "\nlibraries:\n";
  auto all = libraries();
  all.merge(collectives::device::gpu_libraries());
  for (const auto& [name, value] : all) text += fmt::format("  {:<14}{}\n", name, value);
  text += "gpus:\n";
  const auto inventory = collectives::device::find_gpus();
  if (inventory.gpus.empty()) text += fmt::format("  {}\n", inventory.why_none);
  for (const auto& gpu : inventory.gpus) text += fmt::format("  gpu{} {}\n", gpu.number, gpu.name);
  return text;
}

std::string build_fingerprint() {
  const std::string id = build_id();
  return fmt::format("{} {}", version(), id.empty() ? hash_of_program() : id);
}

}  // namespace assay::cli
