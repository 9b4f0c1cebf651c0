#include "api/config/config.h"

#include <algorithm>

#include "api/access/tenant.h"
#include "api/config/config_ruler.h"
#include "api/config/limits_table.h"
#include "api/config/log_level.h"
#include "api/config/yaml_file.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

/// Sections of a Loki configuration that describe how Loki runs, not what it answers: read over without a warning.
constexpr std::string_view kForeignSections[] = {
    "analytics", "bloom_build", "bloom_gateway", "bounded_worker", "chunk_store_config", "common", "distributor", "frontend",
    "frontend_worker", "index_gateway", "ingester", "ingester_client", "memberlist", "operational_config", "pattern_ingester", "profiling",
    "query_range", "query_scheduler", "runtime_config", "schema_config", "storage_config", "table_manager", "target", "tracing"};

class ConfigReader {
 public:
  ConfigReader(Config& config) : config_(config) {}

  Result<void> read(const YAML::Node& root) {
    if (root.IsNull()) return {};
    if (!root.IsMap()) return invalid("a mapping is expected");
    for (const auto& item : root) {
      const std::string key = item.first.Scalar();
      line_ = line_of(item.first);
      Result<void> done;
      if (key == "server") {
        done = section(key, item.second, &ConfigReader::server);
      } else if (key == "querier") {
        done = section(key, item.second, &ConfigReader::querier);
      } else if (key == "compactor") {
        done = section(key, item.second, &ConfigReader::compactor);
      } else if (key == "limits_config") {
        done = section(key, item.second, &ConfigReader::limit);
      } else if (key == "ruler") {
        done = read_ruler_section(item.second, config_.ruler, config_.warnings);
      } else if (key == "auth_enabled") {
        done = flag(key, item.second, config_.auth_enabled);
      } else if (key == "no_auth_tenant") {
        config_.no_auth_tenant = item.second.Scalar();
        if (auto ok = check_tenant(config_.no_auth_tenant); !ok) done = refuse(key, ok.error().message);
      } else if (std::find(std::begin(kForeignSections), std::end(kForeignSections), key) == std::end(kForeignSections)) {
        unknown(key);
      }
      if (!done) return done;
    }
    return {};
  }

 private:
  using KeyReader = Result<void> (ConfigReader::*)(const std::string& path, const std::string& key, const YAML::Node& value);

  Result<void> section(const std::string& name, const YAML::Node& node, KeyReader reader) {
    if (node.IsNull()) return {};
    if (!node.IsMap()) return refuse(name, "a mapping is expected");
    for (const auto& item : node) {
      line_ = line_of(item.first);
      if (auto done = (this->*reader)(name + "." + item.first.Scalar(), item.first.Scalar(), item.second); !done) return done;
    }
    return {};
  }

  Result<void> server(const std::string& path, const std::string& key, const YAML::Node& value) {
    if (key == "http_listen_address") {
      config_.listen_host = value.Scalar().empty() ? "0.0.0.0" : value.Scalar();
    } else if (key == "http_listen_port") {
      const auto port = parse_go_int(value.Scalar());
      if (!port || *port < 0 || *port > 65535) return refuse(path, "not a port: " + go_quote(value.Scalar()));
      config_.listen_port = static_cast<int>(*port);
    } else if (key == "http_path_prefix") {
      config_.path_prefix = value.Scalar();
      if (!config_.path_prefix.starts_with('/')) config_.path_prefix.insert(0, "/");
      while (config_.path_prefix.ends_with('/')) config_.path_prefix.pop_back();
    } else if (key == "log_level") {
      config_.log_level = value.Scalar();
      if (auto ok = check_log_level(config_.log_level); !ok) return refuse(path, ok.error().message);
    } else if (!key.starts_with("grpc_")) {
      unknown(path);
    }
    return {};
  }

  Result<void> querier(const std::string& path, const std::string& key, const YAML::Node& value) {
    if (key == "multi_tenant_queries_enabled") return flag(path, value, config_.multi_tenant_queries);
    unknown(path);
    return {};
  }

  Result<void> compactor(const std::string& path, const std::string& key, const YAML::Node& value) {
    if (key != "delete_request_cancel_period") return {};  // how Loki's compactor runs
    const auto period = parse_prometheus_duration(value.Scalar());
    if (!period) return refuse(path, period.error().message);
    config_.delete_cancel_period = *period;
    return {};
  }

  Result<void> limit(const std::string& path, const std::string& key, const YAML::Node& value) {
    const auto& fields = limit_fields();
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const LimitField& f) { return f.name == key; });
    if (field == fields.end()) {
      unknown(path);
      return {};
    }
    std::vector<std::string> texts;
    if (value.IsSequence()) {
      for (const auto& item : value) texts.push_back(item.Scalar());
    } else if (value.IsScalar() && !(value.Scalar().empty() && std::holds_alternative<std::vector<std::string> Limits::*>(field->member))) {
      texts.push_back(value.Scalar());
    }
    if (auto done = set_limit(config_.limits, *field, texts); !done) return refuse(path, done.error().message);
    return {};
  }

  Result<void> flag(const std::string& path, const YAML::Node& value, bool& to) {
    if (!YAML::convert<bool>::decode(value, to)) return refuse(path, value.IsScalar() ? "not a boolean: " + go_quote(value.Scalar()) : "a boolean is expected");
    return {};
  }

  Error refuse(const std::string& path, const std::string& why) const { return invalid(line_ + path + ": " + why); }
  void unknown(const std::string& path) { config_.warnings.push_back("unknown key in the configuration file: " + line_ + path); }

  Config& config_;
  std::string line_;  // of the key that is read
};

}  // namespace

Result<void> read_config_file(const std::filesystem::path& file, Config& config) {
  return read_yaml_file(file, [&](const YAML::Node& root) { return ConfigReader(config).read(root); });
}

std::string config_yaml(const Config& config) {
  const auto text = [](bool b) { return b ? "true\n" : "false\n"; };
  std::string out = "auth_enabled: ";
  out += text(config.auth_enabled);
  out += "no_auth_tenant: " + config.no_auth_tenant + "\n";
  out += "server:\n  http_listen_address: " + config.listen_host + "\n  http_listen_port: " + std::to_string(config.listen_port) + "\n";
  out += "  http_path_prefix: \"" + config.path_prefix + "\"\n  log_level: " + config.log_level + "\n";
  out += "querier:\n  multi_tenant_queries_enabled: ";
  out += text(config.multi_tenant_queries);
  out += "compactor:\n  delete_request_cancel_period: " + format_prometheus_duration(config.delete_cancel_period) + "\n";
  out += "limits_config:\n";
  for (const LimitField& field : limit_fields()) out += "  " + std::string(field.name) + ": " + limit_yaml(config.limits, field) + "\n";
  return out + ruler_yaml(config.ruler);
}

}  // namespace sleipnir::api
