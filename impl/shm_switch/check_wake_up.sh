#!/usr/bin/env bash
# Checks the wake-up protocol (wake_up.pml) with Spin: every interleaving of two senders and a receiver, and that the model notices when
# a step of it is left out. Exit code 77 when spin is missing.
set -euo pipefail
model=$(dirname "$(readlink -f "$0")")/wake_up.pml
if ! command -v spin >/dev/null; then
  echo "missing: spin"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# errors DEFINE…: how many errors Spin finds.
errors() {
  spin "$@" -a "$model"
  cc -O2 -DSAFETY -o pan pan.c
  ./pan -m100000 >report
  if ! grep -q 'states, stored' report || grep -q 'max search depth too small\|reached -DMEMLIM' report; then
    cat report >&2
    exit 1
  fi
  sed -n 's/.*errors: //p' report
}

found=$(errors)
echo "the protocol: $found errors in$(sed -n 's/states, stored.*/states/p' report)"
[[ $found == 0 ]]
for fault in NO_SENDER_FENCE NO_SECOND_LOOK NO_STEP_6; do
  found=$(errors "-D$fault")
  echo "$fault: $found errors"
  [[ $found != 0 ]]
done
