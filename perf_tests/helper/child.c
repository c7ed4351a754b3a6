/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file child.c
 * @brief Starting and talking to a helper program, through two pipes.
 */
#define _POSIX_C_SOURCE 200809L
#include "child.h"

#include "bench_config.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: become the program. */
static void become(const char *path, const char *mode, const char *kernel, gr_index n) {
    char number[32];

    snprintf(number, sizeof number, "%td", n);
    setenv("GRANUM_DEBUG", mode, 1);
    execl(path, path, kernel, number, (char *)NULL);
    _exit(127);
}

bool child_start(child *c, const char *program, const char *mode, const char *kernel, gr_index n) {
    char path[4096];
    int down[2], up[2];

    *c = (child){0};
    snprintf(path, sizeof path, "%s/bench_helper_%s", BENCH_HELPERS_FOLDER, program);
    if (access(path, X_OK) != 0 || pipe(down) != 0) {
        fprintf(stderr, "bench: \"%s\" is missing, expected what target bench_helpers builds\n",
                path);
        return false;
    }
    if (pipe(up) != 0 || (c->id = fork()) < 0) {
        perror("bench: a helper's pipes and process");
        c->id = 0;
        return false;
    }
    if (c->id == 0) {
        dup2(down[0], STDIN_FILENO);
        dup2(up[1], STDOUT_FILENO);
        close(down[1]);
        close(up[0]);
        become(path, mode, kernel, n);
    }
    close(down[0]);
    close(up[1]);
    c->to = fdopen(down[1], "w");
    c->from = fdopen(up[0], "r");
    return true;
}

static void ask(child *c, char what, int launches) {
    fprintf(c->to, "%c %d\n", what, launches);
    fflush(c->to);
    if (getc(c->from) != '+') {
        c->failed = true;
    }
}

void child_run(child *c, int launches) {
    ask(c, 'r', launches);
}

void child_check(child *c) {
    c->failed = false;
    ask(c, 's', 1);
}

void child_end(child *c) {
    if (c->id > 0) {
        fclose(c->to);
        fclose(c->from);
        waitpid(c->id, NULL, 0);
        c->id = 0;
    }
}
