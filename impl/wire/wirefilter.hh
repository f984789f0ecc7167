// The command line of wirefilter(1) and its rc files, read as settings of a wire: `wire --wirefilter …`.
//
// Shape   of a value: [LR|RL] VALUE [+VARIATION] [K|M|G] [U|N] ["[" NODE "]"]; K, M and G are binary. A
// variation of the delay is
//         uniform (U), or normal with a third of it as standard deviation (N). Elsewhere it only moves single
//         frames to and from the mean, which is what counts.
// What is different: what waits for the rate is bounded, also without a chanbufsize; `speed` cannot hold back
// who sends, so that it is a rate like `bandwidth`; the two directions do not disturb each other; a frame is
// duplicated once. Source  wirefilter.c and wirefilter.1 of vde2 2.3.2.
#pragma once

#include <string>
#include <vector>

namespace banco::wire {

struct WirefilterArguments {
  std::string left;
  std::string right;
  std::vector<std::string> settings;  // for parse_settings()
  bool daemon = false;
  std::string pid_file;
  std::vector<std::string> remarks;  // what is taken, but not as asked
};

// `words`: what stands behind --wirefilter. Throws base::UsageError that names the option or file and line.
WirefilterArguments parse_wirefilter(const std::vector<std::string>& words);

}  // namespace banco::wire
