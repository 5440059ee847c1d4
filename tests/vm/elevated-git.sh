#!/bin/bash
# git on the host acts on files that a session may have written. It starts nothing but its own programs and ssh, and ssh
# executes nothing but git on the other side; it writes nowhere but in that repository. A shell plays git here, so that
# what it does can be said: a real one is tried by the unit tests.
# vm: timeout=300
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

rm -f /usr/bin/git /usr/bin/ssh
cp "$(readlink -f /bin/bash)" /usr/bin/git
cp "$(readlink -f "$(type -P echo)")" /usr/bin/ssh
chmod 755 /usr/bin/git /usr/bin/ssh
mkdir -p /work/repo/.git /work/repo/below /work/outside /usr/lib/git-core
touch /usr/lib/git-core/git-push /usr/lib/git-core/git-diff
cat >/work/repo/below/push <<'X'
echo "options: $*"
/bin/sh -c 'echo a shell runs' || echo no shell
../evil || echo not its own program
echo x >/work/repo/.git/config && echo its repository is written
echo x >/work/outside/file || echo nothing outside is
echo x >../link || echo nor by a link
echo x >/dev/null && echo the null device is
"$GIT_SSH_COMMAND" -p 22 host "git-receive-pack '/srv/x.git'"
"$GIT_SSH_COMMAND" host "touch /tmp/x; git-receive-pack '/srv/x.git'" || echo nothing else over there
X
cp /work/repo/below/push /work/repo/below/diff
printf '#!/bin/sh\necho its own program runs\n' >/work/repo/evil
chmod 755 /work/repo/evil
ln -s /work/outside/linked /work/repo/link
echo '{ agents: { defaults: { sandbox: { mode: "all" } } }, tools: { elevated: { patterns: ["git push *", "git diff *", "git deploy *"], requireApproval: false } } }' \
	>"$scratch/config.json5"
cd /work/repo/below || exit 1
unconfined=$(GIT_SSH_COMMAND="echo" bash push x 2>/dev/null)
check "positive control: without us it does all of it" \
	test "$(grep -cE 'a shell runs|its own program runs' <<<"$unconfined")" = 2 -a -s /work/outside/file -a -s /work/outside/linked
rm -f /work/outside/*
check "load" clawbpf load "$scratch/config.json5"
out=$(clawbpf run --session agent:main:telegram:group:-1 --elevated -- git push origin 2>&1)
# says NAME TEXT
says() {
	if grep -qF -- "$2" <<<"$out"; then pass "$1"; else fail "$1" "it does not say '$2'" "$out"; fi
}
says "it runs, with the arguments that it was given" 'options: origin'
says "no shell" 'no shell'
says "no program of the repository's" 'not its own program'
says "it writes in its repository, from a folder below" 'its repository is written'
says "... nowhere else" 'nothing outside is'
says "... by no link" 'nor by a link'
check "... as can be seen" test -z "$(ls /work/outside)"
says "... to the null device it does" 'the null device is'
says "ssh runs, for git on the other side" "-p 22 host git-receive-pack '/srv/x.git'"
says "... and for nothing else" 'nothing else over there'
out=$(clawbpf run --session agent:main:telegram:group:-1 --elevated -- git diff x 2>&1)
says "differences are shown without the programs that a repository names" 'options: --no-ext-diff --no-textconv x'
out=$(clawbpf run --session agent:main:telegram:group:-1 --elevated -- git deploy x 2>&1)
says "nor is one that only a repository can know" 'git has no command "deploy" of its own'
out=$(clawbpf run --session agent:main:telegram:group:-1 --elevated -- git stash 2>&1)
says "a command that no pattern names is not let out" 'not elevated'

# Root in a session on the host has time to put another program in ssh's place: while somebody is asked.
ssh_link=/run/clawbpf/git-ssh
rm $ssh_link
exec 8</var/lib/clawbpf/change.lock
flock 8
clawbpf run --session agent:main:telegram:group:-1 --elevated -- git push origin >"$scratch/said" 2>&1 8<&- &
check "it is about to run" eventually 60 test -L $ssh_link
ln -sfn "$(readlink -f "$(type -P id)")" $ssh_link
exec 8<&-
wait $!
out=$(cat "$scratch/said")
says "what stands for ssh is another program by now: nothing runs" 'what it may start and write'
check_lacks "... nor did that" 'git-ssh: ' cat "$scratch/said"
done_testing
