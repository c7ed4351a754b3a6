/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file locate_kernel.c
 * @brief Reductions with several results as a granum user writes them.
 */
#include "locate.h"

#define REAL double
#define VIEW gr_view1_f64
#define FOUND gr_loc_f64
#define DATA locate_data
#define SIDE(kernel) locate_##kernel##_granum
#include "locate_kernel_template.h"

void locate_maxloc_granum(void *data) {
    locate_data *d = (locate_data *)data;
    const gr_view1_f64 x = d->x;
    gr_loc_f64 most;

    GR_PARALLEL_REDUCE("maxloc", i, gr_range(0, x.extent[0]), GR_MAXLOC(double, most)) {
        if (GR_AT(x, i) > most.value) {
            most.value = GR_AT(x, i);
            most.location = i;
        }
    };
    d->result[0] = most.value;
    d->result[1] = (double)most.location;
}

void locate_minmaxloc_granum(void *data) {
    locate_data *d = (locate_data *)data;
    const gr_view1_f64 x = d->x;
    gr_minmaxloc_f64 both;

    GR_PARALLEL_REDUCE("minmaxloc", i, gr_range(0, x.extent[0]), GR_MINMAXLOC(double, both)) {
        const double value = GR_AT(x, i);

        if (value < both.min) {
            both.min = value;
            both.min_location = i;
        }
        if (value > both.max) {
            both.max = value;
            both.max_location = i;
        }
    };
    d->result[0] = both.min;
    d->result[1] = (double)both.min_location;
    d->result[2] = both.max;
    d->result[3] = (double)both.max_location;
}

void locate_minmax_granum(void *data) {
    locate_data *d = (locate_data *)data;
    const gr_view1_f64 x = d->x;
    gr_minmax_f64 both;

    GR_PARALLEL_REDUCE("minmax", i, gr_range(0, x.extent[0]), GR_MINMAX(double, both)) {
        both.min = GR_AT(x, i) < both.min ? GR_AT(x, i) : both.min;
        both.max = GR_AT(x, i) > both.max ? GR_AT(x, i) : both.max;
    };
    d->result[0] = both.min;
    d->result[1] = both.max;
}

void locate_stats_granum(void *data) {
    locate_data *d = (locate_data *)data;
    const gr_view1_f64 x = d->x;
    double least, most, sum, squares;

    GR_PARALLEL_REDUCE("stats", i, gr_range(0, x.extent[0]), GR_MIN(double, least),
                       GR_MAX(double, most), GR_SUM(double, sum), GR_SUM(double, squares)) {
        const double value = GR_AT(x, i);

        least = value < least ? value : least;
        most = value > most ? value : most;
        sum += value;
        squares += value * value;
    };
    d->result[0] = least;
    d->result[1] = most;
    d->result[2] = sum;
    d->result[3] = squares;
}
