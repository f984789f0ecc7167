# Stages of ci/test and ci/nightly: each is run, timed and remembered. Sourced by both; not a command.
# shellcheck shell=bash
#
# A stage that is no ctest run leaves a JUnit file with one test of its own, so that one count covers everything.

results_dir=$(mktemp -d)
trap 'rm -rf "$results_dir"' EXIT
junit_files=()

# run_stage NAME COMMAND…: runs it, prints how long it took; returns its exit code.
run_stage() {
  local name=$1 started=$SECONDS code=0
  shift
  echo "== $name: $*"
  "$@" || code=$?
  echo "== $name: $((SECONDS - started)) s$([[ $code -eq 0 ]] || echo ", exit code $code")"
  return "$code"
}

# stage NAME COMMAND…: counts as one test; exit code 77 is a skip, and a line `SKIPPED missing: …` says why.
stage() {
  local name=$1 code=0
  run_stage "$@" | tee "$results_dir/$name.log" || code=$?
  case $code in
    0) write_result "$name" run ;;
    77)
      write_result "$name" notrun "<skipped message='SKIP_RETURN_CODE=77'/><system-out>$(
        grep '^SKIPPED' "$results_dir/$name.log")</system-out>"
      ;;
    *) write_result "$name" fail ;;
  esac
}

# write_result NAME STATUS [CONTENT]: a JUnit file with one test.
write_result() {
  cat >"$results_dir/$1.xml" <<<"<testsuite><testcase name='stage $1' status='$2'>${3:-}</testcase></testsuite>"
  junit_files+=("$results_dir/$1.xml")
}

# must_pass NAME COMMAND…: a stage without which the later ones mean nothing; ends the run when it fails.
must_pass() {
  if run_stage "$@"; then return; fi
  write_result "$1" fail
  finish
}

# ctest_stage NAME BUILD_DIR CTEST_OPTION…
ctest_stage() {
  local name=$1 build_dir=$2
  shift 2
  junit_files+=("$name=$results_dir/$name.xml")
  run_stage "$name" ctest --test-dir "$build_dir" --output-on-failure --timeout 600 \
    --test-output-size-passed 65536 --output-junit "$results_dir/$name.xml" "$@" || true
}

# Prints the count over all stages and ends the run with its exit code.
finish() {
  local code=0
  echo "== summary after $SECONDS s"
  ci/checks/count_tests "${junit_files[@]}" || code=$?
  exit "$code"
}
