#include "results/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>

#include "results/address.hpp"
#include "results/json_fields.hpp"

namespace assay::results {

namespace {

bool is_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0; }

std::string lower_case(std::string_view text) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return lower;
}

/// The characters of ".domain.example" that a name at the beginning of `text` goes on with.
std::size_t domain_length(std::string_view text) {
  std::size_t length = 0;
  while (length + 1 < text.size() && text[length] == '.' && is_word(text[length + 1])) {
    ++length;
    while (length < text.size() && (is_word(text[length]) || text[length] == '-')) ++length;
  }
  return length;
}

/// Launchers abbreviate lists of hosts (n[1-4]), where no name can be found any more.
bool holds_hosts(const std::string& variable) {
  constexpr std::array words{"NODELIST", "NODE_LIST", "HOST", "ADDR", "NODENAME", "CLUSTER_NAME"};
  return std::any_of(words.begin(), words.end(), [&variable](const char* word) {
    return variable.find(word) != std::string::npos;
  });
}

/// Replaces in all texts of a JSON value; names of fields belong to the format.
void redact_json(Json& json, Redactor& redactor) {
  if (json.is_string()) json = redactor.text(json.get<std::string>());
  if (!json.is_structured()) return;
  for (Json& child : json) redact_json(child, redactor);
}

}  // namespace

Redactor::Redactor(std::span<const RankIdentity> ranks) {
  std::vector<RankIdentity> ordered{ranks.begin(), ranks.end()};
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.rank < b.rank; });
  for (const auto& identity : ordered) (void)host(identity.host);
  // A host may be called "host": what was replaced once must come through again unharmed.
  for (int number = 1; number <= host_count_; ++number) {
    const auto pseudonym = fmt::format("host-{}", number);
    hosts_.emplace(pseudonym, pseudonym);
  }
}

void Redactor::know_host(const std::string& name, const std::string& pseudonym) {
  if (name.empty()) return;
  const std::string full = lower_case(name);
  hosts_[full] = pseudonym;
  const bool is_address = leading_address(full).length == full.size();
  // The first of several domains keeps the short form.
  if (!is_address) hosts_.emplace(full.substr(0, full.find('.')), pseudonym);
}

std::string Redactor::host(const std::string& name) {
  if (name.empty()) return name;
  const auto known = hosts_.find(lower_case(name));
  if (known != hosts_.end()) return known->second;
  std::string pseudonym = fmt::format("host-{}", ++host_count_);
  know_host(name, pseudonym);
  return pseudonym;
}

std::string Redactor::text(std::string_view text) { return without_addresses(without_hosts(text)); }

std::string Redactor::without_hosts(std::string_view text) const {
  const std::string lower = lower_case(text);
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::string* pseudonym = nullptr;
    std::size_t length = 0;
    if (at == 0 || !is_word(text[at - 1])) {
      for (const auto& [name, replacement] : hosts_) {
        const std::size_t end = at + name.size();
        const bool ends = end >= lower.size() || !is_word(lower[end]);
        if (name.size() > length && ends && lower.compare(at, name.size(), name) == 0) {
          pseudonym = &replacement;
          length = name.size();
        }
      }
    }
    if (pseudonym == nullptr) {
      result += text[at++];
      continue;
    }
    result += *pseudonym;
    at += length;
    at += domain_length(text.substr(at));
  }
  return result;
}

std::string Redactor::without_addresses(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = at == 0 || !is_word(text[at - 1]);
    const Address address = begins ? leading_address(text.substr(at)) : Address{};
    if (address.length == 0) {
      result += text[at++];
      continue;
    }
    result += addresses_.emplace(address.binary, fmt::format("address-{}", addresses_.size() + 1))
                  .first->second;
    at += address.length;
  }
  return result;
}

Record Redactor::record(Record record) {
  for (auto* name : {&record.from, &record.to, &record.host}) {
    if (*name) *name = host(**name);
  }
  if (record.rail) record.rail = text(*record.rail);
  for (const char* reason : {"no_access", "left_out"})
    if (const auto why = record.report.facts.find(reason); why != record.report.facts.end())
      why->second = text(why->second);
  return record;
}

RunInfo Redactor::info(RunInfo info) {
  for (auto& identity : info.ranks) identity.host = host(identity.host);
  info.id = text(info.id);
  for (auto* list : {&info.command, &info.busy, &info.injected}) {
    for (auto& entry : *list) entry = text(entry);
  }
  for (auto& [name, value] : info.environment) {
    value = holds_hosts(name) ? "redacted" : text(value);
  }
  if (info.network) {
    for (std::string* words :
         {&info.network->origin, &info.network->not_together, &info.network->no_hops})
      *words = text(*words);
    for (NetworkInfo::Leaf& leaf : info.network->leaves) {
      leaf.name = text(leaf.name);
      for (std::string& name : leaf.hosts) name = host(name);
    }
  }
  if (info.topology_json) {
    Json topology = parse_json(*info.topology_json);
    redact_json(topology, *this);
    info.topology_json = dump_json(topology);
  }
  return info;
}

Verdict Redactor::verdict(Verdict verdict) {
  for (auto& check : verdict.checks) {
    check.subject = text(check.subject);
    check.reason = text(check.reason);
    if (check.expected) check.expected->source = text(check.expected->source);
  }
  for (auto& suspect : verdict.suspects) {
    suspect.name = text(suspect.name);
    for (auto* name : {&suspect.peer, &suspect.host}) {
      if (*name) *name = text(**name);
    }
    for (auto& line : suspect.evidence) line = text(line);
    suspect.action = text(suspect.action);
  }
  return verdict;
}

}  // namespace assay::results
