# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the shell parts of a case may use, beside every program there is. README.md has the same list for readers.
# $CASE is the folder of this run of the case; $PROGS has the objects of prog/; $PINS is a folder on a bpffs.

# note NAME=VALUE...: remember values, for $NAME in the expected events and in the shell
note()
{
	printf '%s\n' "$@" >>"$CASE/notes"
	declare -g "$@"
}

# spawn NAME COMMAND...: start a command, and note its process id as NAME
spawn()
{
	local name=$1
	shift
	# exec: the subshell becomes the command, so that its id is the command's
	{ (exec "$@" <&4) & } 4<&0
	note "$name=$!"
	spawned=$!
}

# run NAME COMMAND...: the same, and wait for it; its exit status is passed on
run()
{
	spawn "$@"
	wait "$spawned"
}

# fails COMMAND...: run a command that has to fail
fails()
{
	if "$@"; then
		echo "helpers: this was to fail, and did not: $*"
		return 1
	fi
}

# note_made FILE: print what xdpctl said, and note the id of each thing it made by the name it gave it
note_made()
{
	local line
	while read -r line; do
		printf '%s\n' "$line"
		if [[ $line =~ ^[a-z]+\ name=([A-Za-z0-9_]+).*\ ok\ id=([0-9]+) ]]; then
			note "${BASH_REMATCH[1]}=${BASH_REMATCH[2]}"
		fi
	done <"$1"
}

# xdpctl [-c COMMANDS]: run it, and note what it made, and its process id as xdpctl (the next times xdpctl2, ...)
xdpctl()
{
	local status=0 output
	xdpctl_runs=$((${xdpctl_runs:-0} + 1))
	output=$CASE/xdpctl.$xdpctl_runs
	run "xdpctl${xdpctl_runs#1}" "$XDPCTL" "$@" >"$output" || status=$?
	note_made "$output"
	return "$status"
}

# await N: until the tracer has reported N events of this case
await()
{
	local seen=0 waited=0
	# the case's first event follows the mark that opened it
	while seen=$(awk -v mark="\"ifindex\":$MARK," 'n { n++ } index($0, mark) { n = 1 } END { print n - 1 }' "$EVENTS")
	      [ "$seen" -lt "$1" ]; do
		if [ $((waited += 1)) -gt 200 ]; then
			echo "helpers: await $1: there are $seen events after 10 seconds"
			return 1
		fi
		read -r -t 0.05 <>"$NEVER" || :
	done
}

# nlsend ARGUMENTS...: several rtnetlink requests in one buffer; its process id is noted as nlsend, nlsend2, ...
nlsend()
{
	nlsend_runs=$((${nlsend_runs:-0} + 1))
	run "nlsend${nlsend_runs#1}" "${BASH_SOURCE%/*}/nlsend" "$@"
}

# ifindex DEV, progid DEV: print a number ip knows (sysfs does not show the devices of this namespace)
ifindex()
{
	local line
	line=$(ip -o link show dev "$1")
	echo "${line%%:*}"
}

progid()
{
	local line
	line=$(ip -o link show dev "$1")
	[[ $line =~ prog/xdp\ id\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# program NAME FILE: load the program of an object, pin it as $PINS/NAME, and note what bpftool says of it: its id as NAME,
# NAME_tag, NAME_loaded (to the second), NAME_maps (with commas)
program()
{
	bpftool prog load "$2" "$PINS/$1" type xdp "${@:3}"
	program_note "$1" "$PINS/$1"
}

# program_note NAME PIN: the same of a program that is pinned
program_note()
{
	local said seconds
	said=$(bpftool -j prog show pinned "$2")
	[[ $said =~ \"id\":([0-9]+) ]] && note "$1=${BASH_REMATCH[1]}"
	[[ $said =~ \"tag\":\"([0-9a-f]+)\" ]] && note "$1_tag=${BASH_REMATCH[1]}"
	[[ $said =~ \"map_ids\":\[([0-9,]*)\] ]] && note "$1_maps=${BASH_REMATCH[1]}"
	[[ $said =~ \"loaded_at\":([0-9]+) ]] && seconds=${BASH_REMATCH[1]}
	note "$1_loaded=$(TZ=UTC printf '%(%Y-%m-%dT%H:%M:%S)T' "$seconds")"
}

# xdpfeatures DEV: what XDP a device can do, as netlink tells it, with commas
xdpfeatures()
{
	"${BASH_SOURCE%/*}/xdpfeatures" "$1"
}

# netns NAME: make one more network namespace, $NAME to ip; it is removed after the case if it is still there
netns()
{
	ip netns add "$1"
	echo "$1" >>"$CASE/namespaces"
	note "$1=$(stat -Lc %i "/run/netns/$1")"
}

# kernel_leaks PROG-ID: this kernel has a bug, and will not free that program
kernel_leaks()
{
	echo "$1" >>"$CASE/leaks"
}
