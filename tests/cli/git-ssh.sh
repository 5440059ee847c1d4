#!/bin/bash
# By the name git-ssh this program is the ssh of an elevated git: it passes on what is git's own, and nothing else.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

ln -s "$CLAWBPF" "$work/git-ssh"
mkdir "$work/bin"
printf '#!/bin/sh\nprintf "<%%s>" "$@"\n' >"$work/bin/ssh"
chmod 755 "$work/bin/ssh"

git_ssh() {
	PATH=$work/bin:$PATH "$work/git-ssh" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

begin "what git has executed on the other side goes to ssh, with its options"
git_ssh -o SendEnv=GIT_PROTOCOL -p 22 git@host "git-receive-pack '/srv/x.git'"
exits 0
says out "<-o><SendEnv=GIT_PROTOCOL><-p><22><git@host><git-receive-pack '/srv/x.git'>"
end

for command in "touch x" "git-receive-pack 'x'; id" "git-receive-pack 'x' 'y'" "/tmp/git-upload-pack 'x'"; do
	begin "not: $command"
	git_ssh host "$command"
	exits 1
	silent out
	says err "not for an elevated command"
	end
done

begin "nor a login"
git_ssh host
exits 1
silent out
end
finish
