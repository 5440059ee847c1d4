# shellcheck shell=bash
# Where does what is made once live, and who makes it when two runs start at once?
# Sourced. Sets `cache`; nothing of it lies in the source tree.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/clawbpf

# cache_locked NAME FUNCTION ARGS... : runs FUNCTION while nobody else runs one under NAME.
# Call it as a plain command (not before `||`), or bash ignores failures inside.
cache_locked() {
	local name=$1 fd
	shift
	mkdir -p "$cache/locks"
	exec {fd}>"$cache/locks/$name"
	flock "$fd"
	# in a subshell without the lock's descriptor, so that nothing it starts can hold the lock for longer
	(
		exec {fd}>&-
		"$@"
	)
	exec {fd}>&-
}

# cache_key : one word for what stdin says
cache_key() {
	sha256sum | cut -c1-16
}
