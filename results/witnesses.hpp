#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// What one kind of measurement says of a part of the machine.
enum class Witness {
  unknown,  ///< not measured, not decided, or with nothing to compare it with
  fine,
  slow,
};

[[nodiscard]] std::string_view name_of(Witness witness);

/// Whose ways to each other the witnesses see.
enum class Between { ranks, gpus };

/// The three kinds of measurement that see these ways, and the one that sees each device by itself.
struct Witnesses {
  /// Plain, one at a time, from host memory: pairs of ranks; of GPUs copies to the host and from
  /// it.
  Witness link = Witness::unknown;
  Witness device_link = Witness::unknown;  ///< the same from device memory: copies between GPUs
  Witness own = Witness::unknown;          ///< our collectives
  Witness vendor = Witness::unknown;       ///< the vendors' libraries'
  Witness matmul = Witness::unknown;
};

/// What their disagreement means.
struct Reading {
  std::string layer;     ///< hardware, configuration, contention, compute
  std::string sentence;  ///< what to look at
};

/// The layer at fault, where the witnesses say one thing:
///
///   plain link                    own   vendor  matmul  reads as
///   slow                          slow  slow    fine    hardware
///   fine                          fine  slow    fine    configuration of the library
///   fine                          slow  slow    fine    contention or routing
///   fine                          fine  fine    slow    compute: the device
///   slow from device memory only  slow  slow    fine    hardware: the way to the device
///
/// Nothing for any other combination, so also where a witness is missing that the row needs. Links
/// from device memory may be missing between ranks, in all rows but the last.
[[nodiscard]] std::optional<Reading> read_witnesses(const Witnesses& witnesses, Between between);

/// A witness, and why it says what it says.
struct Testimony {
  Witness witness = Witness::unknown;
  std::string evidence;  ///< never empty
};
struct Testimonies {
  Testimony link;
  std::optional<Testimony> device_link;  ///< absent: not of these witnesses
  Testimony own;
  Testimony vendor;
  Testimony matmul;

  [[nodiscard]] Witnesses witnesses() const;
};

/// Hears the witnesses of a run whose parts have been judged (`checks` are of its verdict). Links
/// and matmul are as their checks say; of collectives see results/witnesses/collectives.hpp.
[[nodiscard]] Testimonies hear_witnesses(const Run& run, const std::vector<Check>& checks,
                                         Between between);

}  // namespace assay::results
