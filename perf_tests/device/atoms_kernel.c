/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file atoms_kernel.c
 * @brief Forces between neighbours on a device: the example's own kernel.
 */
#include "device.h"

#include "../lennard_jones_kernel.c"

gr_status device_atoms_make(device_data *d) {
    lennard_jones_data *l = (lennard_jones_data *)calloc(1, sizeof *l);

    GR_REQUIRE(l, GR_OUT_OF_MEMORY, "memory for atoms = none, expected %zu B", sizeof *l);
    d->more = l;
    GR_TRY(lennard_jones_make(l, d->n));
    d->atoms = l->x.extent[1];
    d->cells = l->s.m;
    d->room = l->s.room;
    d->box = l->s.box;
    d->first = l->s.first.data;
    d->order = l->s.order.data;
    d->sorted = l->s.x.data;
    d->force = l->force.data;
    return gr_fence();
}

gr_status device_atoms_drop(device_data *d) {
    lennard_jones_data *l = (lennard_jones_data *)d->more;

    GR_TRY(GR_RELEASE(&l->x));
    GR_TRY(GR_RELEASE(&l->force));
    GR_TRY(GR_RELEASE(&l->expected));
    GR_TRY(GR_RELEASE(&l->s.first));
    GR_TRY(GR_RELEASE(&l->s.order));
    GR_TRY(GR_RELEASE(&l->s.x));
    free(l);
    return GR_SUCCESS;
}

/* Atom by atom: three numbers each. */
gr_status device_atoms_fetch(double *to, const device_data *d, bool positions) {
    const lennard_jones_data *l = (const lennard_jones_data *)d->more;
    gr_view2_f64_left host;

    GR_TRY(GR_WRAP(&host, to, 3, l->x.extent[1]));
    return gr_deep_copy(GR_ANY(host), positions ? GR_ANY(l->x) : GR_ANY(l->force));
}

void device_lennard_jones_granum(void *data) {
    lennard_jones_granum(((const device_data *)data)->more);
}
