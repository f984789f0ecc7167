// Base64, as the guest agent and base64(1) write it.
// Source: RFC 4648, section 4.
#pragma once

#include <string>
#include <string_view>

namespace banco::machine {

std::string encode_base64(std::string_view bytes);
// Ends of lines are left out. Throws std::invalid_argument.
std::string decode_base64(const std::string& text);

}  // namespace banco::machine
