#include "rules/rule_yaml.h"

#include <yaml-cpp/yaml.h>

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::rules {
namespace {

struct Mistake {
  std::string message;
};

/// Throws Mistake; the functions at the border of this file catch it, with what the library throws.
class Reader {
 public:
  explicit Reader(bool known_keys_only) : known_keys_only_(known_keys_only) {}

  std::vector<RuleGroup> file(const YAML::Node& node) {
    std::vector<RuleGroup> groups;
    each_key(node, "rule file", [&](const std::string& key, const YAML::Node& value) {
      if (key != "groups") return false;
      each_item(value, key, [&](const YAML::Node& item) { groups.push_back(group(item)); });
      return true;
    });
    return groups;
  }

  RuleGroup group(const YAML::Node& node) {
    RuleGroup group;
    each_key(node, "group", [&](const std::string& key, const YAML::Node& value) {
      if (key == "name") group.name = text(value, key);
      else if (key == "interval") group.interval = duration(value, key);
      else if (key == "limit") group.limit = count(value, key);
      else if (key == "rules") each_item(value, key, [&](const YAML::Node& item) { group.rules.push_back(rule(item)); });
      else return false;
      return true;
    });
    return group;
  }

 private:
  Rule rule(const YAML::Node& node) {
    Rule rule;
    each_key(node, "rule", [&](const std::string& key, const YAML::Node& value) {
      if (key == "record") rule.record = text(value, key);
      else if (key == "alert") rule.alert = text(value, key);
      else if (key == "expr") rule.expr = text(value, key);
      else if (key == "for") rule.hold = duration(value, key);
      else if (key == "keep_firing_for") rule.keep_firing = duration(value, key);
      else if (key == "labels") rule.labels = labels(value, key);
      else if (key == "annotations") rule.annotations = labels(value, key);
      else return false;
      return true;
    });
    return rule;
  }

  /// `f(key, value)` says whether it knows the key.
  template <class F>
  void each_key(const YAML::Node& node, const std::string& what, F&& f) {
    spend(1);
    if (node.IsNull()) return;
    if (!node.IsMap()) throw Mistake{what + ": a mapping is expected"};
    for (const auto& item : node) {
      const std::string key = text(item.first, what);
      if (!f(key, item.second) && known_keys_only_) throw Mistake{"field " + key + " not found in " + what};
    }
  }

  template <class F>
  void each_item(const YAML::Node& node, const std::string& what, F&& f) {
    if (node.IsNull()) return;
    if (!node.IsSequence()) throw Mistake{what + ": a sequence is expected"};
    for (const auto& item : node) f(item);
  }

  std::string text(const YAML::Node& node, const std::string& what) {
    if (node.IsNull()) return {};
    if (!node.IsScalar()) throw Mistake{what + ": a text is expected"};
    spend(1 + node.Scalar().size());
    if (!valid_utf8(node.Scalar())) throw Mistake{what + ": invalid UTF-8"};
    return node.Scalar();
  }

  Nanos duration(const YAML::Node& node, const std::string& what) {
    const std::string written = text(node, what);
    if (written.empty()) return 0;
    auto duration = parse_prometheus_duration(written);
    if (!duration) throw Mistake{what + ": " + duration.error().message};
    return *duration;
  }

  uint64_t count(const YAML::Node& node, const std::string& what) {
    const std::string written = text(node, what);
    if (written.empty()) return 0;
    auto number = parse_go_int(written);
    if (!number || *number < 0) throw Mistake{what + ": a number is expected"};
    return static_cast<uint64_t>(*number);
  }

  LabelSet labels(const YAML::Node& node, const std::string& what) {
    std::vector<Label> labels;
    each_key(node, what, [&](const std::string& name, const YAML::Node& value) {
      labels.push_back({name, text(value, what)});
      return true;
    });
    return LabelSet(std::move(labels));
  }

  void spend(size_t bytes) {
    spent_ += bytes;
    if (spent_ > kMostRuleBytes) throw Mistake{"the rules are longer than 16 MiB"};
  }

  const bool known_keys_only_;
  size_t spent_ = 0;
};

template <class F>
auto reading(F&& read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const Mistake& mistake) {
    return invalid(mistake.message);
  } catch (const YAML::Exception& e) {
    return invalid(e.what());
  }
}

/// What YAML would read as something else than text, were it not quoted.
bool needs_quotes(std::string_view text) {
  if (text.empty() || std::string_view("0123456789+-.~").find(text[0]) != std::string_view::npos) return true;
  for (const std::string_view word : {"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
    if (text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return (a | 0x20) == b; })) return true;
  return false;
}

class Writer {
 public:
  std::string finish() { return std::string(out_.c_str(), out_.size()) + "\n"; }

  void groups(const std::vector<RuleGroup>& groups) {
    out_ << YAML::BeginSeq;
    for (const RuleGroup& g : groups) group(g);
    out_ << YAML::EndSeq;
  }

  void group(const RuleGroup& group) {
    out_ << YAML::BeginMap;
    pair("name", group.name);
    duration("interval", group.interval);
    if (group.limit != 0) out_ << YAML::Key << "limit" << YAML::Value << group.limit;
    out_ << YAML::Key << "rules" << YAML::Value << YAML::BeginSeq;
    for (const Rule& r : group.rules) rule(r);
    out_ << YAML::EndSeq << YAML::EndMap;
  }

  void file(const std::vector<RuleGroup>& all) {
    out_ << YAML::BeginMap << YAML::Key << "groups" << YAML::Value;
    groups(all);
    out_ << YAML::EndMap;
  }

  void namespaces(const Namespaces& namespaces) {
    out_ << YAML::BeginMap;
    for (const auto& [name, all] : namespaces) {
      out_ << YAML::Key;
      text(name);
      out_ << YAML::Value;
      groups(all);
    }
    out_ << YAML::EndMap;
  }

 private:
  void rule(const Rule& rule) {
    out_ << YAML::BeginMap;
    if (!rule.record.empty()) pair("record", rule.record);
    if (!rule.alert.empty()) pair("alert", rule.alert);
    pair("expr", rule.expr);
    duration("for", rule.hold);
    duration("keep_firing_for", rule.keep_firing);
    labels("labels", rule.labels);
    labels("annotations", rule.annotations);
    out_ << YAML::EndMap;
  }

  void labels(const char* key, const LabelSet& labels) {
    if (labels.empty()) return;
    out_ << YAML::Key << key << YAML::Value << YAML::BeginMap;
    for (const Label& label : labels) pair(label.name, label.value);
    out_ << YAML::EndMap;
  }

  void duration(const char* key, Nanos duration) {
    if (duration != 0) out_ << YAML::Key << key << YAML::Value << format_prometheus_duration(duration);
  }

  void pair(const std::string& key, const std::string& value) {
    out_ << YAML::Key;
    text(key);
    out_ << YAML::Value;
    text(value);
  }

  void text(const std::string& value) {
    if (needs_quotes(value)) out_ << YAML::DoubleQuoted;
    out_ << value;
  }

  YAML::Emitter out_;
};

template <class F>
std::string writing(F&& write) {
  Writer writer;
  write(writer);
  return writer.finish();
}

}  // namespace

Result<RuleGroup> read_group(const std::string& yaml) {
  return reading([&] { return Reader(false).group(YAML::Load(yaml)); });
}

Result<std::vector<RuleGroup>> read_rule_file(const std::string& yaml) {
  return reading([&] { return Reader(true).file(YAML::Load(yaml)); });
}

std::string write_group(const RuleGroup& group) {
  return writing([&](Writer& w) { w.group(group); });
}

std::string write_rule_file(const std::vector<RuleGroup>& groups) {
  return writing([&](Writer& w) { w.file(groups); });
}

std::string write_namespaces(const Namespaces& namespaces) {
  return writing([&](Writer& w) { w.namespaces(namespaces); });
}

}  // namespace sleipnir::rules
