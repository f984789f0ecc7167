// Names the symbols that reports/assets.S defines: each file from its first byte to one past its last.
#include "harness/report/assets.hh"

#include <cstddef>

#define BANCO_ASSET(name) extern "C" const char banco_asset_##name[], banco_asset_##name##_end[]

BANCO_ASSET(page);
BANCO_ASSET(style);
BANCO_ASSET(charts);
BANCO_ASSET(d3);
BANCO_ASSET(plot);
BANCO_ASSET(d3_licence);
BANCO_ASSET(plot_licence);

#undef BANCO_ASSET

namespace banco::report {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view page_template() {
  return between(banco_asset_page, banco_asset_page_end);
}
std::string_view page_style() {
  return between(banco_asset_style, banco_asset_style_end);
}
std::string_view chart_code() {
  return between(banco_asset_charts, banco_asset_charts_end);
}
std::string_view d3_library() {
  return between(banco_asset_d3, banco_asset_d3_end);
}
std::string_view plot_library() {
  return between(banco_asset_plot, banco_asset_plot_end);
}
std::string_view d3_licence() {
  return between(banco_asset_d3_licence, banco_asset_d3_licence_end);
}
std::string_view plot_licence() {
  return between(banco_asset_plot_licence, banco_asset_plot_licence_end);
}

}  // namespace banco::report
