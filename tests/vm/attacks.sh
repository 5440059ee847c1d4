#!/bin/bash
# No way out: every attack succeeds with nothing loaded, and on the host when a policy is; none does in a sandboxed
# session, by an ordinary user or by root, nor in a sandbox of clawbpf's own; none runs a denied program or blinds
# clawbpf in a session that is not.
# vm: timeout=1800
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-attempts.sh
. "$(dirname "$0")/lib-attempts.sh"
# shellcheck source=tests/vm/lib-attacks.sh
. "$(dirname "$0")/lib-attacks.sh"

attack_config "$arena/secret"
arena_make
outside_start /run/docker.sock
ln /run/docker.sock /run/engine-hardlink
attacks_make free-user "${as_agent[@]}"
attacks_make free-root env
check "load" clawbpf load "$config"
attacks_make user clawbpf run --kernel-only --session $sandboxed --user agent --
attacks_make root clawbpf run --kernel-only --session $sandboxed --
attacks_make main clawbpf run --session agent:main:main --
attacks_make host env
# The sandbox sees the arena, and what is blocked is elsewhere.
rm $arena/secret/socket
attack_config /srv/elsewhere
check "load again" clawbpf load "$config"
box_make box
box_lacks='no process outside|No such process|No such file|it is not there|no such device|no block device|Read-only file system'
box_lacks+='|Function not implemented|not supported|cross-device|Connection refused|no cgroups of the old kind'

succeeded=0
judge() {
	local goal=$1 who=$2 sure=$3 free='escaped'
	[ "$sure" = sure ] || free='escaped|n/a'
	[ "$who" = root ] || attack_wrong free-user "$free"
	attack_wrong free-root "$free"
	free=${came_of[free-root/$attack]}
	attack_wrong host "$free"
	[ "$free" != escaped ] || succeeded=$((succeeded + 1))
	if [ "$who" = root ] || [ "${came_of[free-user/$attack]}" != escaped ]; then
		attack_wrong user 'contained|n/a'
	else
		attack_wrong user contained
	fi
	if [ "$free" = escaped ]; then
		attack_wrong root contained
	else
		attack_wrong root 'contained|n/a'
	fi
	if [ "${came_of[free-user/$attack]}" = escaped ] && ! [[ ${saw[box/$attack]-} =~ $box_lacks ]]; then
		attack_wrong box contained
	else
		attack_wrong box 'contained|n/a'
	fi
	[ "${came_of[box/$attack]-}" != n/a ] || row+=" (${saw[box/$attack]})"
	case $goal in
	exec | self) free=${free/escaped/contained}\|contained ;;
	esac
	attack_wrong main "$free"
}
attacks_check judge
check "at least 120 attacks succeed with nothing loaded: $succeeded" test $succeeded -ge 120

arena_remove
rm /run/docker.sock /run/engine-hardlink
done_testing
