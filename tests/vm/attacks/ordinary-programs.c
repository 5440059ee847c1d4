// SPDX-License-Identifier: GPL-2.0-only
/* What people do all day, in words of the shell; like ordinary.c. Exit 77: no such program here. */
#define VERDICT_WORDS "works", "refused", "n/a"
#include "attack.h"

static int try_shell(const struct attack *a)
{
	int status, null = open("/dev/null", O_WRONLY);
	pid_t pid = fork();

	if (pid == 0) {
		dup2(null, 1);
		dup2(null, 2);
		execl("/bin/sh", "sh", "-ec", a->text, NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	see("exit %d", WEXITSTATUS(status));
	return status == 77 << 8 ? NOT_HERE : status ? CONTAINED : ESCAPED;
}

#define NEEDS(program) "command -v " program " || exit 77; "
#define CLEAN          "d=" TMP "work$$; mkdir $d; cd $d; trap 'rm -rf '$d EXIT; "
#define SHELL(name, maybe, text)                                                                   \
	{                                                                                          \
		name, try_shell, GOAL_EXEC, ANYBODY, maybe, text, 0, 0                             \
	}
static const struct attack table[] = {
	SHELL("pipeline", 0, "test \"$(seq 100 | grep 7 | sort -r | head -n 1 | tr 7 8)\" = 98"),
	SHELL("background", 0, "sleep 5 & kill $! && wait $! || test $? = 143"),
	SHELL("subshells", 0, "for i in 1 2 3 4 5 6 7 8 9 10; do (exec true); done"),
	SHELL("find-xargs", 0, "find /etc -type f -name 'pass*' | xargs -n 1 cat"),
	SHELL("archive", 1,
	      NEEDS("tar") CLEAN "echo x >f; tar czf a.tgz f; rm f; tar xzf a.tgz; test -s f"),
	SHELL("sed-awk", 1,
	      NEEDS("awk") "echo a:b | sed s/a/c/ | awk -F: '$1 != \"c\" { exit 1 }'"),
	SHELL("here-document", 0, "cat <<X | grep -q y\ny\nX"),
	SHELL("script", 0, CLEAN "printf '#!/bin/sh\\nexit 0\\n' >s; chmod +x s; ./s"),
	SHELL("nice", 1, NEEDS("nice") "nice -n 5 true"),
	SHELL("process-list", 1, NEEDS("ps") "ps -e"),
	SHELL("limits", 0, "ulimit -n 100; true"),
	SHELL("interfaces", 1, NEEDS("ip") "ip link show lo"),
	SHELL("git", 1,
	      NEEDS("git") CLEAN
	      "export HOME=$d; git init -q .; echo x >f; git add f;"
	      "git -c user.name=x -c user.email=x@x commit -qm x; git log; git status"),
	SHELL("compiler", 1,
	      NEEDS("gcc") CLEAN
	      "echo 'void _start(void){__asm__(\"mov $60,%eax;xor %edi,%edi;syscall\");}' >x.c;"
	      "gcc -static -nostdlib -o x x.c; ./x"),
	SHELL("python", 1,
	      NEEDS("python3") CLEAN
	      "python3 -c 'import subprocess,threading,json,os;"
	      "t=threading.Thread(target=lambda:None);t.start();t.join();"
	      "subprocess.run([\"true\"],check=True);open(\"f\",\"w\").write(json.dumps({}))'"),
	SHELL("perl", 1, NEEDS("perl") "perl -e 'fork or exit 0; wait; exit($? != 0)'"),
};

ATTACKS_MAIN(table)
