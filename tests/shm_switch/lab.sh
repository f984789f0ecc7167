# shellcheck shell=bash
# A switch and machines in namespaces of their own, which go when the script ends. Sourced by tests, after
#   build=BUILD_DIR; enter_lab "$@"
# which starts the script again inside. Exit code 77 when something that it needs is missing.

enter_lab() {
  if [[ ${SHM_LAB:-} != inside ]]; then
    local program
    for program in iperf3 ip ping unshare nsenter python3; do
      command -v "$program" >/dev/null || { echo "SKIPPED missing: $program"; exit 77; }
    done
    [[ -w /dev/net/tun ]] || { echo "SKIPPED missing: /dev/net/tun that this user may open"; exit 77; }
    unshare --map-root-user --net --mount true 2>/dev/null || { echo "SKIPPED missing: user namespaces"; exit 77; }
    export SHM_LAB=inside
    exec unshare --map-root-user --net --mount --pid --fork --kill-child --mount-proc "$0" "$@"
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  url=shm://$work/switch
  export VDEPLUGIN_PATH=$build/lib/vdeplug
  "$build/bin/shm_switch" --nostdin -s "$work/switch" -p "$work/pid" &
  until [[ -e $work/pid ]]; do sleep 0.1; done
}

# machine NUMBER: a network namespace, held by a process that sleeps in it.
machine() {
  unshare --net sleep 1000 &
  machines[$1]=$!
  until [[ $(readlink "/proc/${machines[$1]}/ns/net") != "$(readlink /proc/self/ns/net)" ]]; do sleep 0.02; done
}
inside() { nsenter --net --target "${machines[$1]}" "${@:2}"; }

# Its device on the switch, with address 10.0.0.NUMBER and 02:00:00:00:00:0NUMBER: a tap, or a veth with the other end
# outside, on the switch.
join_by_tap() {
  inside "$1" "$build/bin/shm_tap" "$url" eth0 &
  until inside "$1" ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
  bring_up "$1"
}
join_by_veth() {
  ip link add "outer$1" type veth peer name eth0 netns "${machines[$1]}"
  ip link set "outer$1" up
  "$build/bin/shm_tap" "$url" "outer$1" &
  outer_taps[$1]=$!
  bring_up "$1"
}
bring_up() {
  inside "$1" ip link set lo up
  inside "$1" ip address add "10.0.0.$1/24" dev eth0
  inside "$1" ip link set eth0 address "02:00:00:00:00:0$1" up
}
