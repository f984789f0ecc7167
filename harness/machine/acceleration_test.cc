// Messages of libvirt about a QEMU that did not start.
#include "harness/machine/acceleration.hh"

#include <gtest/gtest.h>

namespace banco::machine {
namespace {

TEST(FirstWordsOfQemu, LeaveOutTimeAndProgramAndWhatFollowed) {
  EXPECT_EQ(first_words_of_qemu(
                "virDomainCreateXML kvm-probe: internal error: qemu unexpectedly closed the monitor: "
                "2026-01-21T13:30:04.176424Z qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69 "
                "qemu-system-x86_64: ../../target/i386/kvm/kvm.c:3183: kvm_buf_set_msrs: Assertion "
                "`ret == cpu->kvm_msr_buf->nmsrs' failed."),
            "failed to set MSR 0x10a to 0x69");
  EXPECT_EQ(
      first_words_of_qemu("internal error: process exited while connecting to monitor: Could not access KVM "
                          "kernel module: Permission denied 2026-01-21T13:30:04.176424Z "
                          "qemu-system-x86_64: failed to initialize kvm: Permission denied"),
      "failed to initialize kvm: Permission denied");
}

TEST(FirstWordsOfQemu, LeaveOtherMessagesAsTheyAre) {
  EXPECT_EQ(first_words_of_qemu("virDomainCreateXML kvm-probe: out of memory"),
            "virDomainCreateXML kvm-probe: out of memory");
}

}  // namespace
}  // namespace banco::machine
