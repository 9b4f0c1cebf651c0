#include "api/config/config_ruler.h"

#include <algorithm>
#include <span>

#include "api/config/yaml_file.h"
#include "api/http/split.h"
#include "base/number.h"
#include "base/text.h"
#include "rules/url.h"

namespace sleipnir::api {
namespace {

/// About clusters, caches and files of Loki's.
constexpr std::string_view kForeign[] = {
    "alertmanager_discovery", "alertmanager_refresh_interval", "disable_rule_group_label", "enable_alertmanager_v2", "enable_sharding", "evaluation",
    "flush_period", "for_grace_period", "query_stats_enabled", "ring", "rule_path", "ruler_client", "search_pending_for", "sharding_algo",
    "sharding_strategy", "wal", "wal_cleaner"};
constexpr std::string_view kForeignStorage[] = {"type"};
constexpr std::string_view kForeignRemoteWrite[] = {"add_org_id_header", "config_refresh_period", "enabled"};
constexpr std::string_view kForeignClient[] = {"name"};

struct Mistake {
  std::string message;
};

/// Throws Mistake.
class RulerReader {
 public:
  RulerReader(rules::Options& options, std::vector<std::string>& warnings) : options_(options), warnings_(warnings) {}
  /// Of the key that was read last, `line 3: `.
  const std::string& line() const { return line_; }

  void read(const YAML::Node& node) {
    each_key(node, "ruler", kForeign, [&](const std::string& key, const YAML::Node& value, const std::string& path) {
      if (key == "enable_api") options_.enable_api = flag(value, path);
      else if (key == "poll_interval") options_.poll_interval = duration(value, path);
      else if (key == "evaluation_interval") options_.evaluation_interval = duration(value, path);
      else if (key == "resend_delay") options_.resend_delay = duration(value, path);
      else if (key == "for_outage_tolerance") options_.for_outage_tolerance = duration(value, path);
      else if (key == "external_url") options_.external_url = url(value, path);
      else if (key == "external_labels") options_.external_labels = labels(value, path);
      else if (key == "datasource_uid") options_.datasource_uid = text(value, path);
      else if (key == "alertmanager_url") alertmanagers(text(value, path), path);
      else if (key == "alertmanager_client") alertmanager_client(value, path);
      else if (key == "notification_queue_capacity") options_.notification_queue_capacity = count(value, path);
      else if (key == "notification_timeout") options_.alertmanager_client.timeout = duration(value, path);
      else if (key == "storage") storage(value, path);
      else if (key == "remote_write") remote_write(value, path);
      else return false;
      return true;
    });
  }

 private:
  void alertmanagers(const std::string& list, const std::string& path) {
    options_.alertmanager_urls = split_urls(list);
    for (const std::string& url : options_.alertmanager_urls) receiver(url, path);
  }

  std::string receiver(const std::string& url, const std::string& path) {
    if (!url.empty())
      if (auto parsed = rules::parse_url(url); !parsed) throw Mistake{path + ": " + parsed.error().message};
    return url;
  }

  void storage(const YAML::Node& node, const std::string& path) {
    each_key(node, path, kForeignStorage, [&](const std::string& key, const YAML::Node& value, const std::string& below) {
      if (key != "local") return false;
      each_key(value, below, {}, [&](const std::string& name, const YAML::Node& directory, const std::string& there) {
        if (name != "directory") return false;
        options_.local_directory = text(directory, there);
        return true;
      });
      return true;
    });
  }

  void alertmanager_client(const YAML::Node& node, const std::string& path) {
    rules::Endpoint& client = options_.alertmanager_client;
    each_key(node, path, {}, [&](const std::string& key, const YAML::Node& value, const std::string& below) {
      if (key == "basic_auth_username") client.user = text(value, below);
      else if (key == "basic_auth_password") client.password = text(value, below);
      else if (key == "credentials") client.headers.emplace_back("Authorization", "Bearer " + text(value, below));
      else return false;
      return true;
    });
  }

  void remote_write(const YAML::Node& node, const std::string& path) {
    if (node.IsMap() && node["enabled"] && !flag(node["enabled"], path + ".enabled")) return;
    options_.remote_write.clear();
    each_key(node, path, kForeignRemoteWrite, [&](const std::string& key, const YAML::Node& value, const std::string& below) {
      if (key == "client") client(value, below);
      else if (key == "clients") each_key(value, below, {}, [&](const std::string&, const YAML::Node& one, const std::string& there) { return client(one, there); });
      else return false;
      return true;
    });
  }

  bool client(const YAML::Node& node, const std::string& path) {
    rules::Endpoint endpoint{.timeout = kRemoteWriteTimeout};
    each_key(node, path, kForeignClient, [&](const std::string& key, const YAML::Node& value, const std::string& below) {
      if (key == "url") endpoint.url = receiver(text(value, below), below);
      else if (key == "remote_timeout") endpoint.timeout = duration(value, below);
      else if (key == "headers") for (const Label& header : labels(value, below)) endpoint.headers.emplace_back(header.name, header.value);
      else if (key == "basic_auth") basic_auth(value, below, endpoint);
      else return false;
      return true;
    });
    if (!endpoint.url.empty()) options_.remote_write.push_back(std::move(endpoint));
    return true;
  }

  void basic_auth(const YAML::Node& node, const std::string& path, rules::Endpoint& endpoint) {
    each_key(node, path, {}, [&](const std::string& key, const YAML::Node& value, const std::string& below) {
      if (key == "username") endpoint.user = text(value, below);
      else if (key == "password") endpoint.password = text(value, below);
      else return false;
      return true;
    });
  }

  /// `f(key, value, path)` says whether it knows the key.
  template <class F>
  void each_key(const YAML::Node& node, const std::string& path, std::span<const std::string_view> foreign, F&& f) {
    if (node.IsNull()) return;
    if (!node.IsMap()) {
      line_ = line_of(node);
      throw Mistake{path + ": a mapping is expected"};
    }
    for (const auto& item : node) {
      const std::string key = item.first.Scalar(), below = path + "." + key;
      line_ = line_of(item.first);
      if (!f(key, item.second, below) && std::find(foreign.begin(), foreign.end(), key) == foreign.end())
        warnings_.push_back("unknown key in the configuration file: " + line_of(item.first) + below);
    }
  }

  std::string text(const YAML::Node& node, const std::string& path) {
    if (node.IsNull()) return {};
    if (!node.IsScalar()) throw Mistake{path + ": a text is expected"};
    return node.Scalar();
  }
  std::string url(const YAML::Node& node, const std::string& path) {
    std::string url = text(node, path);
    while (url.ends_with('/')) url.pop_back();
    return url;
  }
  bool flag(const YAML::Node& node, const std::string& path) {
    bool value = false;
    if (!YAML::convert<bool>::decode(node, value)) throw Mistake{path + ": a boolean is expected"};
    return value;
  }
  Nanos duration(const YAML::Node& node, const std::string& path) {
    const std::string written = text(node, path);
    auto value = parse_prometheus_duration(written);
    if (!value) value = parse_go_duration(written);
    if (!value) throw Mistake{path + ": " + value.error().message};
    if (*value <= 0) throw Mistake{path + ": must be positive"};
    return *value;
  }
  uint64_t count(const YAML::Node& node, const std::string& path) {
    const auto value = parse_go_int(text(node, path));
    if (!value || *value <= 0) throw Mistake{path + ": a positive number is expected"};
    return static_cast<uint64_t>(*value);
  }
  LabelSet labels(const YAML::Node& node, const std::string& path) {
    LabelSet labels;
    each_key(node, path, {}, [&](const std::string& name, const YAML::Node& value, const std::string& below) {
      labels.set(name, text(value, below));
      return true;
    });
    return labels;
  }

  rules::Options& options_;
  std::vector<std::string>& warnings_;
  std::string line_;
};

std::string yaml_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string yaml_map(const LabelSet& labels) {
  std::string out = "{";
  for (const Label& label : labels) {
    if (out.size() > 1) out += ", ";
    append_json_string(out, label.name);
    out += ": ";
    append_json_string(out, label.value);
  }
  return out += '}';
}

}  // namespace

std::vector<std::string> split_urls(std::string_view list) {
  std::vector<std::string> urls;
  each_part(list, ',', [&](std::string_view part) {
    if (const auto url = trim_space(part); !url.empty()) urls.emplace_back(url);
  });
  return urls;
}

Result<void> read_ruler_section(const YAML::Node& node, rules::Options& options, std::vector<std::string>& warnings) {
  RulerReader reader(options, warnings);
  try {
    reader.read(node);
    return {};
  } catch (const Mistake& mistake) {
    return invalid(reader.line() + mistake.message);
  }
}

std::string ruler_yaml(const rules::Options& options) {
  const auto line = [](std::string_view key, const std::string& value) { return "  " + std::string(key) + ": " + value + "\n"; };
  std::string alertmanagers, clients;
  for (const std::string& url : options.alertmanager_urls) alertmanagers += (alertmanagers.empty() ? "" : ",") + rules::public_url(url);
  for (size_t i = 0; i < options.remote_write.size(); ++i)
    clients += (i > 0 ? ", " : "") + std::to_string(i) + ": {url: " + yaml_text(rules::public_url(options.remote_write[i].url)) +
               ", remote_timeout: " + format_go_duration(options.remote_write[i].timeout) + "}";
  return "ruler:\n" + line("enable_api", options.enable_api ? "true" : "false") + line("storage", "{local: {directory: " + yaml_text(options.local_directory.string()) + "}}") +
         line("poll_interval", format_go_duration(options.poll_interval)) + line("evaluation_interval", format_go_duration(options.evaluation_interval)) +
         line("resend_delay", format_go_duration(options.resend_delay)) + line("for_outage_tolerance", format_go_duration(options.for_outage_tolerance)) +
         line("external_url", yaml_text(options.external_url)) + line("external_labels", yaml_map(options.external_labels)) +
         line("datasource_uid", yaml_text(options.datasource_uid)) + line("alertmanager_url", yaml_text(alertmanagers)) +
         line("notification_queue_capacity", std::to_string(options.notification_queue_capacity)) +
         line("notification_timeout", format_go_duration(options.alertmanager_client.timeout)) + line("remote_write", "{clients: {" + clients + "}}");
}

}  // namespace sleipnir::api
