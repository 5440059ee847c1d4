// SPDX-License-Identifier: GPL-2.0-only
/* What do the parts of clawbpf need that not everybody uses, and is it there? */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/agent.h"
#include "agent/http.h"
#include "cmd/doctor.h"
#include "policy/key/session_database.h"
#include "session/box/box.h"

#define FTRACE_FILE     "/proc/sys/kernel/ftrace_enabled"
#define USERNS_MAX      "/proc/sys/user/max_user_namespaces"
#define USERNS_DEBIAN   "/proc/sys/kernel/unprivileged_userns_clone"
#define USERNS_APPARMOR "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"

/* Programs at hooks are called by way of ftrace. */
void probe_ftrace(const struct host *h, struct finding *f)
{
	char value[8];

	if (!host_exists(h, FTRACE_FILE)) {
		finding_found(f, FINDING_OK, "cannot be switched off");
	} else if (host_file(h, FTRACE_FILE, value, sizeof(value))) {
		finding_found(f, FINDING_UNKNOWN, FTRACE_FILE " cannot be read");
	} else if (strcmp(value, "0") != 0) {
		finding_found(f, FINDING_OK, "on");
	} else {
		finding_found(f, FINDING_MISSING,
			      FTRACE_FILE " is 0: programs load, attach and are never asked");
		finding_remedy(f, "sysctl -w kernel.ftrace_enabled=1");
	}
}

/* Before Linux 6.2, whoever is preempted while a label is read keeps it from the next on that CPU.
 */
void probe_preemption(const struct host *h, struct finding *f)
{
	unsigned int major = 0, minor = 0;
	char value[32];
	bool full;

	if (!host_cmdline(h, "preempt", value, sizeof(value)))
		full = !host_config(h, "CONFIG_PREEMPT", value, sizeof(value)) &&
		       !strcmp(value, "y");
	else
		full = !strcmp(value, "full");
	if (sscanf(h->release, "%u.%u", &major, &minor) != 2) {
		finding_found(f, FINDING_UNKNOWN, "%s", h->release);
	} else if (!full || major > 6 || (major == 6 && minor >= 2)) {
		finding_found(f, FINDING_OK, "not full, or Linux 6.2 or later");
	} else {
		finding_found(f, FINDING_NOTE,
			      "full, before Linux 6.2: what a session's process asks at the wrong "
			      "moment is refused");
		finding_remedy(f, "preempt=voluntary on the kernel's command line, and reboot");
	}
}

/* As the sandbox itself looks at it. */
void probe_bubblewrap(const struct host *h, struct finding *f)
{
	char full[512];
	struct stat st;

	snprintf(full, sizeof(full), "%s" BOX_BWRAP, h->root);
	if (stat(full, &st)) {
		finding_found(f, FINDING_NOTE,
			      "there is no " BOX_BWRAP ": what is to be sandboxed does not run by "
			      "`clawbpf run`");
		finding_remedy(f, "apt-get install bubblewrap");
	} else if (st.st_mode & (S_ISUID | S_ISGID)) {
		finding_found(f, FINDING_NOTE, BOX_BWRAP " is setuid: the sandbox refuses it");
		finding_remedy(f, "chmod ug-s " BOX_BWRAP);
	} else if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		finding_found(f, FINDING_NOTE,
			      BOX_BWRAP " can be written by others: the sandbox refuses it");
		finding_remedy(f, "chmod go-w " BOX_BWRAP);
	} else {
		finding_found(f, FINDING_OK, BOX_BWRAP);
	}
}

static bool file_is(const struct host *h, const char *path, const char *text)
{
	char value[32];

	return !host_file(h, path, value, sizeof(value)) && !strcmp(value, text);
}

/* The sandbox's user makes one; each of these may keep him from it. */
void probe_user_namespaces(const struct host *h, struct finding *f)
{
	if (file_is(h, USERNS_MAX, "0")) {
		finding_found(f, FINDING_NOTE, USERNS_MAX " is 0: no sandbox can be made");
		finding_remedy(f, "sysctl -w user.max_user_namespaces=15000");
	} else if (file_is(h, USERNS_DEBIAN, "0")) {
		finding_found(f, FINDING_NOTE, USERNS_DEBIAN " is 0: no sandbox can be made");
		finding_remedy(f, "sysctl -w kernel.unprivileged_userns_clone=1");
	} else if (file_is(h, USERNS_APPARMOR, "1")) {
		finding_found(f, FINDING_NOTE,
			      "AppArmor lets users make none but by programs whose profiles say "
			      "so (" USERNS_APPARMOR ")");
		finding_remedy(f, "give " BOX_BWRAP " a profile with the rule \"userns,\", or: "
				  "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
	} else {
		finding_found(f, FINDING_OK, "users may make user namespaces");
	}
}

void probe_landlock(const struct host *h, struct finding *f)
{
	char list[512];

	if (host_file(h, LSM_FILE, list, sizeof(list))) {
		finding_found(f, FINDING_UNKNOWN, LSM_FILE " cannot be read");
	} else if (host_list_has(list, "landlock")) {
		finding_found(f, FINDING_OK, "active");
	} else {
		finding_found(f, FINDING_NOTE, "not active: git is not elevated");
		lsm_remedy(h, list, host_list_has(list, "bpf") ? "landlock" : "landlock,bpf", f);
	}
}

static bool library_is_there(const char *name)
{
	void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);

	if (library)
		dlclose(library);
	return library;
}

void probe_engines(const struct host *h, struct finding *f)
{
	bool docker = host_exists(h, AGENT_DOCKER), podman = host_exists(h, AGENT_PODMAN);

	if (!docker && !podman) {
		finding_found(f, FINDING_OK,
			      "none is there, and none is needed (" AGENT_DOCKER ", " AGENT_PODMAN
			      ")");
	} else if (library_is_there(HTTP_LIBRARY)) {
		finding_found(f, FINDING_OK, "%s%s%s", docker ? AGENT_DOCKER : "",
			      docker && podman ? ", " : "", podman ? AGENT_PODMAN : "");
	} else {
		finding_found(f, FINDING_NOTE,
			      HTTP_LIBRARY " is not there: `clawbpf agent` cannot talk to the "
					   "engine");
		finding_remedy(f, "apt-get install libcurl4");
	}
}

void probe_sqlite(const struct host *h, struct finding *f)
{
	(void)h;
	if (library_is_there(SESSION_DATABASE_LIBRARY)) {
		finding_found(f, FINDING_OK, SESSION_DATABASE_LIBRARY);
		return;
	}
	finding_found(f, FINDING_NOTE,
		      SESSION_DATABASE_LIBRARY " is not there: what openclaw notes of its sessions "
					       "cannot be read, and counts as the strictest");
	finding_remedy(f, "apt-get install libsqlite3-0");
}
