module slog-to-sleipnir

go 1.21
