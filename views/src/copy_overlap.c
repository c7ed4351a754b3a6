/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_overlap.c
 * @brief Whether two Views share memory: an integer equation, solved by a bounded search.
 *
 * Element x of a and y of b overlap where base + sum s_k x_k - sum t_k y_k lies in (-item, item).
 * Terms of the same step are joined; then the largest steps are tried first, and only with the
 * values from which the smaller ones can still reach the target. For Views of one array that leaves
 * one or two values a level; where it does not, the search ends with "they overlap".
 *
 * Source: the idea of numpy.may_share_memory's exact mode (P. Virtanen, numpy/core mem_overlap.c)
 */
#include "copy_plan.h"

/* Nodes of the search before it gives up. */
enum { SEARCH_LIMIT = 100000 };

typedef struct overlap_term {
    ptrdiff_t step;  /* positive [B] */
    gr_index lo, hi; /* range of the factor */
} overlap_term;

typedef struct overlap_search {
    overlap_term term[2 * GR_MAX_RANK]; /* by falling step */
    int terms;
    ptrdiff_t reach_lo[2 * GR_MAX_RANK + 1]; /* least and largest sum of the terms from here on */
    ptrdiff_t reach_hi[2 * GR_MAX_RANK + 1];
    ptrdiff_t item;
    int nodes_left;
} overlap_search;

static void add_term(overlap_search *s, ptrdiff_t step, gr_index extent) {
    overlap_term added = {step, 0, extent - 1};
    int at = 0;

    if (extent == 1 || step == 0) {
        return;
    }
    if (step < 0) {
        added = (overlap_term){-step, -(extent - 1), 0};
    }
    while (at < s->terms && s->term[at].step > added.step) {
        at++;
    }
    if (at < s->terms && s->term[at].step == added.step) {
        s->term[at].lo += added.lo;
        s->term[at].hi += added.hi;
        return;
    }
    for (int k = s->terms++; k > at; k--) {
        s->term[k] = s->term[k - 1];
    }
    s->term[at] = added;
}

static gr_index floor_divide(ptrdiff_t a, ptrdiff_t b) {
    return a / b - (a % b != 0 && a < 0);
}

/* Whether the terms from `level` on can bring `sum` into (-item, item). */
static bool reaches(overlap_search *s, int level, ptrdiff_t sum) {
    const overlap_term *t = &s->term[level];
    gr_index lo, hi;

    if (sum + s->reach_lo[level] >= s->item || sum + s->reach_hi[level] <= -s->item) {
        return false;
    }
    if (level == s->terms || s->nodes_left-- <= 0) {
        return true;
    }
    /* sum + step x + reach must touch (-item, item) */
    lo = floor_divide(-s->item - s->reach_hi[level + 1] - sum, t->step) + 1;
    hi = -floor_divide(-(s->item - s->reach_lo[level + 1] - sum), t->step) - 1;
    lo = lo > t->lo ? lo : t->lo;
    hi = hi < t->hi ? hi : t->hi;
    for (gr_index x = lo; x <= hi; x++) {
        if (reaches(s, level + 1, sum + x * t->step)) {
            return true;
        }
    }
    return false;
}

/* First byte of the lowest element and first byte behind the highest. */
static void bounds(const gr_any_view *v, uintptr_t *lo, uintptr_t *hi) {
    *lo = *hi = (uintptr_t)v->data;
    for (int d = 0; d < v->rank; d++) {
        const ptrdiff_t length = (v->extent[d] - 1) * v->stride[d] * (ptrdiff_t)v->item;

        *(length < 0 ? lo : hi) += (uintptr_t)length;
    }
    *hi += v->item;
}

static bool gcd_excludes(const overlap_search *s, ptrdiff_t sum) {
    ptrdiff_t gcd = 0, rest;

    for (int k = 0; k < s->terms; k++) {
        ptrdiff_t a = s->term[k].step;

        while (a != 0) {
            const ptrdiff_t r = gcd % a;
            gcd = a;
            a = r;
        }
    }
    if (gcd == 0) {
        return false;
    }
    rest = ((sum % gcd) + gcd) % gcd;
    return rest >= s->item && gcd - rest >= s->item;
}

bool copy_plan_overlap(const gr_any_view *a, const gr_any_view *b) {
    uintptr_t a_lo, a_hi, b_lo, b_hi;
    overlap_search s = {.item = (ptrdiff_t)a->item, .nodes_left = SEARCH_LIMIT};
    ptrdiff_t base;

    bounds(a, &a_lo, &a_hi);
    bounds(b, &b_lo, &b_hi);
    if (a_hi <= b_lo || b_hi <= a_lo) {
        return false;
    }
    for (int d = 0; d < a->rank; d++) {
        add_term(&s, a->stride[d] * s.item, a->extent[d]);
        add_term(&s, -b->stride[d] * s.item, b->extent[d]);
    }
    for (int k = s.terms - 1; k >= 0; k--) {
        s.reach_lo[k] = s.reach_lo[k + 1] + s.term[k].lo * s.term[k].step;
        s.reach_hi[k] = s.reach_hi[k + 1] + s.term[k].hi * s.term[k].step;
    }
    base = (ptrdiff_t)((uintptr_t)a->data - (uintptr_t)b->data);
    return !gcd_excludes(&s, base) && reaches(&s, 0, base);
}
