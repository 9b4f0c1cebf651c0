// Ids of requests and spans.
#pragma once

#include <string>
#include <string_view>

// A random UUID of version 4, as text.
std::string new_uuid();

// `digits` random hexadecimal digits, never all zero.
std::string new_hex(int digits);

bool is_hex(std::string_view text, size_t digits);

// What we take for a trace id from outside: 1 to 64 of A-Z a-z 0-9 . _ -
bool is_opaque_id(std::string_view text);

// The 128 bits of a UUID, a ULID or 32 hexadecimal digits, as 32 hexadecimal digits; empty for any other text.
std::string bits_of_id(std::string_view id);
