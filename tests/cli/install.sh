#!/bin/bash
# Is what `make install` installs what a service manager, a log rotation and a user will look for?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
top=$(realpath "$(dirname "$0")/../..")

# installs PREFIX : into a tree of its own
installs() {
	tree=$work/tree$1
	make -s -C "$top" install DESTDIR="$tree" PREFIX="$1" >"$work/out" 2>"$work/err"
	status=$?
	exits 0
}

has() {
	[ -f "$tree$1" ] || because "no $1"
}

for prefix in /usr /opt/claw; do
	begin "make install PREFIX=$prefix"
	installs "$prefix"
	has "$prefix/sbin/clawbpf"
	has "$prefix/libexec/clawbpf/clawbpf"
	has "$prefix/share/man/man8/clawbpf.8"
	has "$prefix/share/bash-completion/completions/clawbpf"
	has "$prefix/share/doc/clawbpf/examples/scenario-2-group-chats.json5"
	has /etc/logrotate.d/clawbpf
	unit=$prefix/lib/systemd/system/clawbpf.service
	has "$unit"
	cp "$tree$unit" "$work/out"
	says out "ExecStart=$prefix/sbin/clawbpf agent"
	says out "ExecReload=$prefix/sbin/clawbpf load"
	[ "$(stat -c %a "$tree$unit" "$tree/etc/logrotate.d/clawbpf" | paste -s)" = '644	644' ] || because "not mode 644"
	find "$tree" -type f ! -perm 644 -printf '%m %P\n' | sort >"$work/out"
	printf '755 %s\n' "${prefix#/}/libexec/clawbpf/clawbpf" "${prefix#/}/sbin/clawbpf" | cmp -s - "$work/out" ||
		because "other modes than 644, and 755 for the two programs"
	[ "$("$tree$prefix/sbin/clawbpf" version)" = "$("$CLAWBPF" version)" ] || because "it is not what was built"
	end

	begin "with only half of it there PREFIX=$prefix"
	rm -r "$tree$prefix/libexec"
	"$tree$prefix/sbin/clawbpf" version >"$work/out" 2>"$work/err" </dev/null
	status=$?
	exits 1
	says err "libexec/clawbpf/clawbpf: No such file or directory"
	end

	begin "make uninstall PREFIX=$prefix"
	installs "$prefix"
	echo '{}' >"$tree/etc/clawbpf.json5"
	make -s -C "$top" uninstall DESTDIR="$tree" PREFIX="$prefix" >"$work/out" 2>"$work/err"
	status=$?
	exits 0
	silent err
	[ "$(find "$tree" -type f -printf '%P\n')" = etc/clawbpf.json5 ] || because "not all of it, or more"
	[ ! -e "$tree$prefix/share/doc/clawbpf" ] || because "its folder is there still"
	end
done
finish
