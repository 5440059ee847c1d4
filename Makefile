# clawbpf: one Makefile, not recursive. `make help` lists the targets.

CC	 ?= cc
CLANG	 ?= clang
BPFTOOL	 ?= $(firstword $(wildcard /usr/sbin/bpftool /sbin/bpftool /usr/local/sbin/bpftool) bpftool)
PREFIX	 ?= /usr
VERSION	 := 0.1.0
B	 := build

WARN	 := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wformat=2 -Werror
CFLAGS	 ?= -O2 -g
CPPFLAGS += -Iinclude -Iuserspace -I$(B) -D_GNU_SOURCE -DCLAWBPF_VERSION='"$(VERSION)"'
# Shared are only those that are no archive in Debian: what is linked in costs less to start.
LIBS	 := -Wl,-Bstatic -lbpf -lelf -lz -lmd -Wl,-Bdynamic -lcjson
HARDEN	 := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
# What of an object the front does not use is not in it.
SPLIT	 := -ffunction-sections -fdata-sections
SAN	 := -fsanitize=address,undefined -fno-sanitize-recover=all -O1 -g

SRC	 := $(wildcard userspace/*/*.c userspace/*/*/*.c)
OBJ	 := $(SRC:%.c=$(B)/%.o)
BPF_SRC	 := $(wildcard bpf/*.bpf.c)
BPF_OBJ	 := $(BPF_SRC:bpf/%.bpf.c=$(B)/bpf/%.bpf.o)
SKEL	 := $(B)/clawbpf.skel.h
UNIT	 := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
PROBES	 := $(patsubst tests/vm/probes/%.c,$(B)/probes/%,$(wildcard tests/vm/probes/*.c)) \
	    $(patsubst tests/vm/attacks/%.c,$(B)/probes/attacks/%,$(wildcard tests/vm/attacks/*.c)) \
	    $(B)/probes/decide
SAN_OBJ	 := $(SRC:%.c=$(B)/san/%.o)

.PHONY: all help check unit vm-check lint fuzz bench install uninstall clean probes
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/clawbpf $(B)/front	## build the program (default)

help:				## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  \1\t/' | expand -t 14

# --- the BPF object and its skeleton ---------------------------------------------------------

BPF_CFLAGS := -target bpf -O2 -g -mcpu=v3 -Iinclude -Ibpf -I/usr/include/$(shell $(CC) -print-multiarch) \
	      -Wall -Wextra -Wno-unused-parameter -Wno-missing-declarations \
	      -Wno-gnu-variable-sized-type-not-at-end -Werror -D__TARGET_ARCH_x86

$(B)/bpf/%.bpf.o: bpf/%.bpf.c
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@

$(B)/clawbpf.bpf.o: $(BPF_OBJ)
	$(BPFTOOL) gen object $@ $^

$(SKEL): $(B)/clawbpf.bpf.o
	$(BPFTOOL) gen skeleton $< name clawbpf > $@

$(B)/userspace/kernel/skeleton.o $(B)/san/userspace/kernel/skeleton.o: $(SKEL)

# --- what the built-in sandbox may not ask of the kernel ---------------------------------------

$(B)/seccomp-filter: scripts/seccomp/filter.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -o $@ $< -lseccomp

$(B)/seccomp_filter.h: $(B)/seccomp-filter
	$< $@

$(B)/userspace/session/box/box.o $(B)/san/userspace/session/box/box.o: $(B)/seccomp_filter.h

# --- the program -----------------------------------------------------------------------------

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(HARDEN) $(SPLIT) $(WARN) -MMD -MP -c $< -o $@

$(B)/clawbpf: $(OBJ) $(B)/userspace/main.o
	$(CC) $(LDFLAGS) -pie -Wl,-z,relro,-z,now -o $@ $^ $(LIBS)

# What is called, and executes the one above for all that it cannot do: userspace/front.c. Each mapping and each page that
# is written when it starts costs thousands of instructions: so its constants lie beside its code, and relocations are packed.
$(B)/front: $(B)/userspace/front.o $(B)/front.a
	$(CC) $(LDFLAGS) -static-pie -Wl,--gc-sections,-z,relro,-z,now,-z,pack-relative-relocs,-z,noseparate-code \
		-o $@ $^ -lbpf -lelf -lz -lmd

$(B)/front.a: $(OBJ)
	rm -f $@
	$(AR) qcs $@ $^ # not r: of two files of one name it keeps one

# --- tests -----------------------------------------------------------------------------------

$(B)/san/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SAN) $(WARN) -MMD -MP -c $< -o $@

$(B)/unit/%: $(B)/san/tests/unit/%.o $(SAN_OBJ)
	@mkdir -p $(@D)
	$(CC) $(SAN) -o $@ $^ $(LIBS) -lcmocka $(TEST_LIBS)

$(B)/unit/test_session_database $(B)/unit/test_session_spawn: TEST_LIBS := -lsqlite3
$(B)/unit/test_session_stores: TEST_LIBS := -lsqlite3 -Wl,--wrap=fork

# Static, so that they run in any container and under any root.
$(B)/probes/%: tests/vm/probes/%.c
	@mkdir -p $(@D)
	$(CC) -O1 -g -Wall -Wextra -static -pthread -o $@ $<

# The one that looks at our own programs.
$(B)/probes/verifier: tests/vm/probes/verifier.c $(SKEL)
	@mkdir -p $(@D)
	$(CC) -O1 -g -Wall -Wextra -I$(B) -static -o $@ $< -lbpf -lelf -lz

# The one that calls what the program is made of, ten thousand times.
$(B)/probes/many: tests/vm/probes/many.c $(OBJ)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -O1 -g -Wall -Wextra -o $@ $^ $(LIBS)

$(B)/probes/attacks/%: tests/vm/attacks/%.c tests/vm/attacks/attack.h
	@mkdir -p $(@D)
	$(CC) -O1 -g -Wall -Wextra -Itests/vm/probes -static -pthread -o $@ $<

# What our reader of JSON5 makes of a text, for tests/fuzz/reference.js.
$(B)/json5-values: tests/fuzz/json5_values.c $(OBJ)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -o $@ $^ $(LIBS)

# The decision as the hooks have it, asked beside the same in user space.
$(B)/decide/decide.bpf.o: tests/vm/decide/decide.bpf.c
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -Itests/vm/decide -MMD -MP -c $< -o $@

$(B)/decide/decide.skel.h: $(B)/decide/decide.bpf.o
	$(BPFTOOL) gen skeleton $< name decide > $@

$(B)/probes/decide: tests/vm/decide/decide.c tests/vm/decide/question.h $(B)/decide/decide.skel.h
	@mkdir -p $(@D)
	$(CC) -O2 -g -Wall -Wextra -Iinclude -I$(B)/decide -o $@ $< -lbpf

probes: $(PROBES)		## build what the VM tests try

unit: $(UNIT)			## unit tests, under ASan and UBSan
	@set -e; for t in $(UNIT); do $$t; done

check:				## everything: what is missing, build, lint, unit and VM tests
	scripts/check

vm-check: all probes		## VM tests on both kernels
	scripts/check --only vm

lint:				## formatting, static analysis, house rules
	scripts/lint

fuzz:				## build and run the fuzz targets for a short while
	scripts/fuzz

bench: all			## counted instructions, in a VM on both kernels
	scripts/bench

install: all			## install under DESTDIR and PREFIX
	install -Dm755 $(B)/front $(DESTDIR)$(PREFIX)/sbin/clawbpf
	install -Dm755 $(B)/clawbpf $(DESTDIR)$(PREFIX)/libexec/clawbpf/clawbpf
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man8 config/man/clawbpf.8
	install -Dm644 config/completion/clawbpf.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/clawbpf
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/doc/clawbpf/examples config/*.json5
	sed 's|=/usr/sbin/|=$(PREFIX)/sbin/|' config/clawbpf.service >$(B)/clawbpf.service
	install -Dm644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system $(B)/clawbpf.service
	install -Dm644 config/clawbpf.logrotate $(DESTDIR)/etc/logrotate.d/clawbpf

uninstall:			## remove what install installed; what is enforced, the log and configs stay
	rm -f $(DESTDIR)$(PREFIX)/sbin/clawbpf $(DESTDIR)$(PREFIX)/libexec/clawbpf/clawbpf \
		$(DESTDIR)$(PREFIX)/share/man/man8/clawbpf.8 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/clawbpf \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/clawbpf.service $(DESTDIR)/etc/logrotate.d/clawbpf \
		$(addprefix $(DESTDIR)$(PREFIX)/share/doc/clawbpf/examples/,$(notdir $(wildcard config/*.json5)))
	-rmdir $(DESTDIR)$(PREFIX)/libexec/clawbpf $(DESTDIR)$(PREFIX)/share/doc/clawbpf/examples \
		$(DESTDIR)$(PREFIX)/share/doc/clawbpf

clean:				## remove what was built
	rm -rf $(B)

-include $(OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(BPF_OBJ:.o=.d) $(B)/decide/decide.bpf.d $(B)/userspace/main.d $(B)/userspace/front.d \
	 $(UNIT:$(B)/unit/%=$(B)/san/tests/unit/%.d)
