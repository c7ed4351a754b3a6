/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file program.c
 * @brief What the tools are loaded into: some launches and copies, then what a word asks for.
 *
 *     program [killed|unfinished|unpaired|long|instances]
 */
#include "../test_tools_events.h"

#include <granum/copy.h>
#include <granum/initialize.h>
#include <granum/instance.h>
#include <granum/tools.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* More ends than beginnings, then more beginnings than ends. */
static void mark_unpaired(void) {
    gr_region_pop();
    gr_region_push("paired");
    gr_region_pop();
    gr_region_pop();
    gr_section_stop(gr_section_create("never started"));
    gr_region_push("never ended");
}

/* Work of the default instance and of another, which is a lane of its own. */
static gr_status launch_on_instance(gr_view1_f64 x) {
    gr_instance half;

    GR_TRY(gr_instance_create(&half, 1));
    launch_on(half, x);
    GR_TRY(gr_fence());
    return gr_instance_destroy(&half);
}

int main(int argc, char **argv) {
    const char *const mode = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
    gr_view1_f64 x, y;

    if (gr_initialize_args(&argc, argv, NULL) != GR_SUCCESS) {
        printf("%s: %s\n", gr_status_name(gr_last_error()->status), gr_last_error()->message);
        /* What was wrong leaves the library usable: answered once more, then the defaults hold. */
        return gr_is_initialized() || GR_CREATE(&x, "x", 10) == GR_SUCCESS ||
                       GR_CREATE(&x, "x", 10) != GR_SUCCESS
                   ? 2
                   : 1;
    }
    if (GR_CREATE(&x, "x", 1000) != GR_SUCCESS || GR_CREATE(&y, "y", 1000) != GR_SUCCESS) {
        return 3;
    }
    for (int step = 0; step < 3; step++) {
        gr_region_push("step \"quoted\"");
        launch_each_pattern(x);
        if (gr_deep_copy(GR_ANY(y), GR_ANY(x)) != GR_SUCCESS) {
            return 3;
        }
        gr_region_pop();
    }
    gr_mark("end");
    for (int k = 0; k < 20000 && strcmp(mode, "long") == 0;
         k++) { /* more than one piece of trace */
        gr_mark("one of many marks that fill the file of a trace with what they say");
    }
    if (strcmp(mode, "instances") == 0 && launch_on_instance(x) != GR_SUCCESS) {
        return 3;
    }
    if (strcmp(mode, "unpaired") == 0) {
        mark_unpaired();
        launch_each_pattern(x);
    }
    if (strcmp(mode, "killed") == 0) {
        raise(SIGKILL);
    }
    if (strcmp(mode, "unfinished") == 0) {
        return 0;
    }
    GR_RELEASE(&x);
    GR_RELEASE(&y);
    puts("done");
    return (int)gr_finalize();
}
