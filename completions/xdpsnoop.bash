# SPDX-License-Identifier: GPL-2.0
# Completion of xdpsnoop for bash.
_xdpsnoop()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	case $prev in
	--backend)
		mapfile -t COMPREPLY < <(compgen -W 'auto fexit kprobe.session kprobe.multi kprobe tracepoint' -- "$cur")
		return
		;;
	-d | --duration | -c | --count | --ready-fd)
		return
		;;
	esac
	case ${COMP_WORDS[1]} in
	probes)
		mapfile -t COMPREPLY < <(compgen -W '--json --all-modules --help --version' -- "$cur")
		return
		;;
	doctor)
		mapfile -t COMPREPLY < <(compgen -W '--json --help --version' -- "$cur")
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W 'trace probes doctor --json --duration --count --backend --no-pin --ready-fd
		--verbose --help --version' -- "$cur")
}
complete -F _xdpsnoop xdpsnoop
