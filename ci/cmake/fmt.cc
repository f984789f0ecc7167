// libfmt as a static library, which Debian does not have: libfmt.so would bring a second C++ library into
// modules that carry their own, and FMT_HEADER_ONLY costs every source 6 s.
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

// What format.h declares `extern template`, or leaves to this file.
template auto thousands_sep_impl<char>(locale_ref) -> thousands_sep_result<char>;
template std::locale locale_ref::get<std::locale>() const;
template char decimal_point_impl(locale_ref);
template void buffer<char>::append(const char*, const char*);
template void vformat_to(buffer<char>&, string_view, basic_format_args<FMT_BUFFER_CONTEXT(char)>, locale_ref);

}  // namespace detail
FMT_END_NAMESPACE
