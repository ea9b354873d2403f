# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a case needs, in the words of its file: "program ip, module veth, nic virtio_net, kernel >= 6.12, tracing".

# nic_find DRIVER [QUEUES]: the first network device of this namespace with that driver that can have so many queues
nic_find()
{
	local path name queues
	for path in /sys/class/net/*; do
		name=${path##*/}
		[ "$(basename "$(readlink "$path/device/driver")")" = "$1" ] || continue
		queues=$(ethtool -l "$name" 2>/dev/null | sed -n 's/^Combined:[^0-9]*//p' | head -n 1)
		[ "${queues:-1}" -lt "${2:-1}" ] || { echo "$name"; return; }
	done
	return 1
}

# Why nothing can be traced here. Asked once. A guest's kernel is known to allow it: there, refusing is a failure.
tracing_problem()
{
	[ "$GUEST" = yes ] && return
	if ! [ -e "$DIR/problem" ]; then
		"$XDPSNOOP" --backend "$BACKEND" -d 0.01 >/dev/null 2>"$DIR/problem" && : >"$DIR/problem"
	fi
	cat "$DIR/problem"
}

# Where a module comes from that no kernel of Debian has.
module_hint()
{
	[ "$1" != netdevsim ] || echo "; tests/vm/netdevsim builds it for guests with Linux 6.1"
}

# Why no groups of the unified hierarchy can be made here. Another mount of it is the same hierarchy.
cgroups_problem()
{
	local folder
	folder=$(mktemp -d)
	if ! mount -t cgroup2 none "$folder" 2>/dev/null; then
		echo "the unified hierarchy of cgroups cannot be mounted"
	else
		mkdir "$folder/live.$$" 2>/dev/null && rmdir "$folder/live.$$" || echo "no cgroup can be made"
		umount "$folder"
	fi
	rmdir "$folder"
}

# Whether this kernel is older than VERSION.
kernel_older()
{
	[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" != "$1" ]
}

# Why fexit can not work here: arm64 lacks what trampolines take before "arm64: ftrace: Add direct call support", 6.4.
trampolines_problem()
{
	[ "$(uname -m)" = aarch64 ] && kernel_older 6.4 && echo "this kernel has no trampolines on arm64"
}

# Whether the kernel has that module, or the same built in: then a device of its kind can be made.
module_is_there()
{
	[ -d "/sys/module/$1" ] || modprobe -q "$1" 2>/dev/null || unshare --net ip link add type "$1" 2>/dev/null ||
		[ "$1" = tun ] && [ -c /dev/net/tun ]
}

# need_met WHAT ARGUMENTS: prints why not
need_met()
{
	case ${1/#no/no ${2-}} in
	program)
		command -v "$2" >/dev/null || echo "there is no program $2"
		;;
	module)
		module_is_there "$2" || echo "the kernel has no module $2$(module_hint "$2")"
		;;
	nic)
		# those of this machine are not ours
		[ "$GUEST" = yes ] && nic_find "$2" "${3:-1}" >/dev/null ||
			echo "there is no network card with the driver $2${3:+ and $3 queues}"
		;;
	kernel)
		kernel_older "$3" && echo "this kernel is older than $3"
		;;
	maps)
		[[ $BACKEND != kprobe* ]] || echo "the kernel runs no kprobe while it changes a map"
		;;
	freplace)
		[ "$GUEST" = yes ] || "$XDPCTL" -c 'dispatch main; extend one main prog0' | grep -q '^extend .* ok' ||
			echo "the kernel refuses programs that replace functions of others"
		;;
	inside)
		[ "$BACKEND" != tracepoint ] || echo "tracepoints of system calls do not see what it is about"
		;;
	unskipped)
		[ "$BACKEND" != fexit ] || ! grep -qE '\((full|lazy)\)' /sys/kernel/debug/sched/preempt 2>/dev/null ||
			echo "this kernel skips a trampoline's program and its twin where two tasks were preempted inside; it is counted"
		;;
	unpinned)
		[[ $BACKEND == @(auto|kprobe|tracepoint) ]] || echo "this kind of probe holds the modules of its functions"
		;;
	cgroups)
		cgroups_problem
		;;
	loginuid)
		# only the subshell's: no task gets it that was there before
		(echo 1000 >/proc/self/loginuid && echo 1001 >/proc/self/loginuid) 2>/dev/null ||
			echo "/proc/self/loginuid cannot be written: there is no such file, or what was set stays"
		;;
	guest)
		[ "$GUEST" = yes ] || echo "this takes a guest, with a kernel command line of its own"
		;;
	tracing)
		tracing_problem
		;;
	trampolines)
		trampolines_problem
		;;
	"no tracing")
		[ -n "$(tracing_problem)" ] || echo "this kernel lets itself be traced"
		;;
	"no trampolines")
		[ -n "$(trampolines_problem)" ] || echo "this kernel has trampolines"
		;;
	*)
		echo "the need '$*' is unknown"
		;;
	esac
}

# needs_missing NEEDS FOLDER: prints what is missing, and then fails; leaves the wanted NIC's driver in FOLDER/nic
needs_missing()
{
	local need missing list folder=$2
	IFS=, read -ra list <<<"$1"
	for need in "${list[@]}"; do
		# shellcheck disable=SC2086 # split into words
		set -- $need
		missing=$(need_met "$@")
		[ -z "$missing" ] || { echo "$missing"; return 1; }
		[ "$1" != nic ] || echo "${@:2}" >"$folder/nic"
	done
}
