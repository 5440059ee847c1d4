#!/bin/bash
# A sandbox that forbids everything contains everything: what programs and people do all day works in a sandboxed
# session, for an ordinary user and for root, and in a sandbox of clawbpf's own; and is recorded as no refusal.
# vm: timeout=900 add=/usr/bin/git add=/usr/bin/perl add=/usr/bin/python3 add=/usr/lib/python3.11 add=/usr/bin/gcc
# vm: add=/usr/include/stdc-predef.h add=/usr/bin/as add=/usr/bin/ld add=/usr/lib/gcc/x86_64-linux-gnu/12/cc1
# vm: add=/usr/lib/gcc/x86_64-linux-gnu/12/collect2 add=/usr/lib/gcc/x86_64-linux-gnu/12/liblto_plugin.so
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-attempts.sh
. "$(dirname "$0")/lib-attempts.sh"
# shellcheck source=tests/vm/lib-attacks.sh
. "$(dirname "$0")/lib-attacks.sh"

attack_families=(ordinary ordinary-programs)
arena_make
attack_config /srv/elsewhere
attacks_make free-user "${as_agent[@]}"
attacks_make free-root env
check "load" clawbpf load "$config"
attacks_make user clawbpf run --kernel-only --session $sandboxed --user agent --
attacks_make root clawbpf run --kernel-only --session $sandboxed --
attacks_make main clawbpf run --session agent:main:main --
box_make box

judge() {
	for phase in free-user free-root user root main; do
		attack_wrong "$phase" works
	done
	case $attack in
	*/user-namespace | */uring) attack_wrong box refused ;; # not in a sandbox
	*) attack_wrong box works ;;
	esac
}
attacks_check judge
# shellcheck disable=SC2154 # of attacks_check
check "at least 25 operations: $checks_made" test "$checks_made" -ge 26
# ps asks about every process that there is, and ip for a larger buffer than anybody may have: both go on.
check_lacks "no refusal is recorded" 'REFUSED.*pid [0-9]+ \(([^pi]|p[^s]|i[^p])' clawbpf audit --type refusal
arena_remove
done_testing
