/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file program.c
 * @brief What the tools are loaded into: `program [killed|unfinished]`, some launches and copies.
 */
#include "../test_tools_events.h"

#include <granum/copy.h>
#include <granum/initialize.h>
#include <granum/tools.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
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
    if (argc > 1 && strcmp(argv[1], "killed") == 0) {
        raise(SIGKILL);
    }
    if (argc > 1 && strcmp(argv[1], "unfinished") == 0) {
        return 0;
    }
    GR_RELEASE(&x);
    GR_RELEASE(&y);
    puts("done");
    return (int)gr_finalize();
}
