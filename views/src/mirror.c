/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mirror.c
 * @brief Mirrors: the View itself where the host reaches its memory, else a new one.
 */
#include <granum/copy.h>
#include <granum/mirror.h>

#include "buffer.h"
#include "handle.h"

gr_status gr_impl_view_mirror(void *view, gr_impl_view_type type, gr_any_view of, unsigned how,
                              gr_place place) {
    gr_any_view mirror = of;
    gr_status status;

    handle_clear(view, type.rank);
    GR_TRY(gr_impl_view_check(&of, "the source", place));
    if ((how & GR_IMPL_MIRROR_SHARE) != 0 && gr_impl_host_reaches(view_where(&of).space) &&
        handle_take_layout(&of, (gr_layout)type.layout)) {
        handle_store(view, &of);
        GR_TRY(gr_impl_space_settle(view_where(&of), place));
        return gr_impl_buffer_retain(of.buffer, place);
    }
    mirror.layout = (gr_layout)type.layout;
    GR_TRY(handle_create(&mirror, GR_UNINITIALIZED, gr_view_label(of), &place));
    status = (how & GR_IMPL_MIRROR_FILL) != 0 ? gr_impl_deep_copy(mirror, of, place) : GR_SUCCESS;
    if (status != GR_SUCCESS) {
        (void)buffer_release(mirror.buffer, &place);
        return status;
    }
    handle_store(view, &mirror);
    return GR_SUCCESS;
}
