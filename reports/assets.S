/* The parts of the report page as read-only data: each file between the symbols banco_asset_NAME and
   banco_asset_NAME_end, which harness/report/assets.cc reads. The assembler finds the files by its -I options. */

#define ASSET(name, file)                                                                            \
  .global banco_asset_##name, banco_asset_##name##_end;                                              \
  banco_asset_##name: .incbin file;                                                                  \
  banco_asset_##name##_end: .byte 0;

  .section .rodata
ASSET(page, "page.html")
ASSET(style, "page.css")
ASSET(charts, "charts.js")
ASSET(d3, "d3/dist/d3.min.js")
ASSET(plot, "@observablehq/plot/dist/plot.umd.min.js")
ASSET(d3_licence, "d3/LICENSE")
ASSET(plot_licence, "@observablehq/plot/LICENSE")

  .section .note.GNU-stack, "", %progbits
