# SPDX-License-Identifier: GPL-2.0
# Completion of xdpsnoop for bash.

# The last name of a list; those before it stay.
_xdpsnoop_fields()
{
	local before=
	[[ $1 != *,* ]] || before=${1%,*},
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "help $(xdpsnoop --fields help 2>/dev/null |
		sed '1d; s/ .*//')" -- "${1##*,}")
}

# Options, until there is a command: then its name, and files.
_xdpsnoop_exec()
{
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-o | -i | -p | --output | --fields | --time | --color | --interface | --netns | --pid | --comm | --prog | --mode | \
			--action | --driver | --cgroup | --filter | --backend)
			((i++))
			;;
		--) ;;
		-*) ;;
		*)
			mapfile -t COMPREPLY < <(compgen -f -- "$1")
			return
			;;
		esac
	done
	if [[ $1 = -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '--json --output --wait --fail-on-error --fields --time --color --calls --stack --no-advice --collapse
			--interface --netns --pid --comm --prog --mode --action --failed --driver --cgroup --filter
			--no-kernel-filter --backend --no-pin --verbose --help --version' -- "$1")
	else
		mapfile -t COMPREPLY < <(compgen -c -- "$1")
	fi
}

_xdpsnoop()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	case $prev in
	--backend)
		mapfile -t COMPREPLY < <(compgen -W 'auto fexit kprobe.session kprobe.multi kprobe tracepoint' -- "$cur")
		return
		;;
	--time)
		mapfile -t COMPREPLY < <(compgen -W 'local utc mono delta none' -- "$cur")
		return
		;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
		return
		;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--fields)
		_xdpsnoop_fields "$cur"
		return
		;;
	-i | --interface)
		mapfile -t COMPREPLY < <(cd /sys/class/net && compgen -G "$cur*")
		return
		;;
	--netns)
		mapfile -t COMPREPLY < <(cd /run/netns 2>/dev/null && compgen -G "$cur*")
		return
		;;
	--cgroup)
		mapfile -t COMPREPLY < <(compgen -d -- "${cur:-/sys/fs/cgroup/}")
		return
		;;
	--mode)
		mapfile -t COMPREPLY < <(compgen -W 'generic driver offload' -- "$cur")
		return
		;;
	--action)
		mapfile -t COMPREPLY < <(compgen -W 'install replace remove noop pool-setup pool-teardown component-attach
			component-detach entry-install entry-replace entry-remove map-alloc map-free move present carrier' -- "$cur")
		return
		;;
	-p | --pid | --comm | --prog | --driver | --filter | -d | --duration | -c | --count | --ready-fd)
		return
		;;
	esac
	case ${COMP_WORDS[1]} in
	list)
		if [[ $cur = -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W '--json --help --version' -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net)" -- "$cur")
		fi
		return
		;;
	probes)
		mapfile -t COMPREPLY < <(compgen -W '--json --all-modules --help --version' -- "$cur")
		return
		;;
	explain)
		if [[ $cur = -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W '--json --help --version' -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net) EBADF EBUSY EEXIST EINVAL ENODEV ENOLINK ENOMEM
				ENOSPC ENOTCONN EOPNOTSUPP EPERM ERANGE" -- "$cur")
		fi
		return
		;;
	exec)
		_xdpsnoop_exec "$cur"
		return
		;;
	doctor)
		mapfile -t COMPREPLY < <(compgen -W '--json --help --version' -- "$cur")
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W 'trace exec list probes explain doctor --json --output --fields --time --color --calls --stack --no-advice --collapse
		--snapshot --duration --count --interface --netns --pid --comm --prog --mode --action --failed --driver --cgroup
		--filter --no-kernel-filter --backend --no-pin --ready-fd
		--verbose --help --version' -- "$cur")
}
complete -F _xdpsnoop xdpsnoop
