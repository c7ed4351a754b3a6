/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fuzz_npy.c
 * @brief libFuzzer: any bytes as a .npy file. What loads is saved, loaded again, and is the same.
 */
#include <granum/npy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int from = -1, to = -1;
static char from_path[40], to_path[40];

static void expect(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s: %s\n", what, gr_last_error()->message);
        abort();
    }
}

/** Called by libFuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    gr_any_view a, b;
    gr_status status;

    if (from < 0) { /* files in memory */
        from = memfd_create("from", 0);
        to = memfd_create("to", 0);
        snprintf(from_path, sizeof from_path, "/proc/self/fd/%d", from);
        snprintf(to_path, sizeof to_path, "/proc/self/fd/%d", to);
    }
    expect(ftruncate(from, 0) == 0 && pwrite(from, bytes, size, 0) == (ssize_t)size, "write");
    status = gr_npy_load(&a, from_path);
    if (status != GR_SUCCESS) {
        expect(gr_last_error()->message[0] != '\0' && a.data == NULL, "refused in silence");
        return 0;
    }
    expect(gr_npy_save(to_path, a) == GR_SUCCESS, "save");
    expect(gr_npy_load(&b, to_path) == GR_SUCCESS, "load again");
    expect(a.rank == b.rank && a.dtype == b.dtype, "another type");
    for (int d = 0; d < a.rank; d++) {
        expect(a.extent[d] == b.extent[d], "another shape");
    }
    if (a.layout == b.layout && gr_view_size(a) > 0) { /* one order may serve for both */
        expect(memcmp(a.data, b.data, (size_t)gr_view_size(a) * a.item) == 0, "other elements");
    }
    expect(gr_view_release(&a) == GR_SUCCESS && gr_view_release(&b) == GR_SUCCESS, "release");
    return 0;
}
