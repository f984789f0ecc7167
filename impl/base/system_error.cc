#include "impl/base/system_error.hh"

namespace banco::base {

SystemError::SystemError(int error_number, const std::string& attempt, std::source_location where)
    : std::system_error(error_number, std::generic_category(), attempt), where_(where) {}

}  // namespace banco::base
