#pragma once

namespace sleipnir::api {

inline constexpr const char* kVersion = "0.1.0";
/// Grafana switches features on by Loki's version: the one whose API this is.
inline constexpr const char* kLokiVersion = "3.7.0";

}  // namespace sleipnir::api
