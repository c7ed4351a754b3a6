/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file npy.c
 * @brief Load and save of .npy files.
 */
#include "buffer.h"
#include "copy_run.h"
#include "handle.h"
#include "npy_header.h"

#include <granum/memory.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Most bytes of one read or write: Linux takes no more than 2^31 - 4096 at a time. */
#define TRANSFER_MOST ((size_t)1 << 30)

/* An open file and what is known of it. */
typedef struct npy_file {
    npy_source source;
    int descriptor;
} npy_file;

static gr_status fail_io(const npy_source *source, const char *expected) {
    const int number = errno;

    return gr_impl_raise(GR_IO, source->place, "file \"%s\" = %s (errno %d), expected %s",
                         source->path, strerror(number), number, expected);
}

/* ---- reading ---- */

static gr_status read_all(const npy_file *file, char *out, size_t bytes) {
    while (bytes > 0) {
        const ssize_t n =
            read(file->descriptor, out, bytes < TRANSFER_MOST ? bytes : TRANSFER_MOST);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail_io(&file->source, "one that can be read");
        }
        if (n == 0) {
            return gr_impl_raise(
                GR_BAD_FILE, file->source.place,
                "file \"%s\" = %zu bytes shorter than when it was opened, expected "
                "no change",
                file->source.path, bytes);
        }
        out += n;
        bytes -= (size_t)n;
    }
    return GR_SUCCESS;
}

static gr_status open_to_read(npy_file *file, size_t *size) {
    struct stat status;

    file->descriptor = open(file->source.path, O_RDONLY | O_CLOEXEC);
    if (file->descriptor < 0) {
        return fail_io(&file->source, "one that can be read");
    }
    if (fstat(file->descriptor, &status) != 0) {
        return fail_io(&file->source, "one that can be read");
    }
    if (!S_ISREG(status.st_mode)) {
        return gr_impl_raise(GR_IO, file->source.place,
                             "file \"%s\" = no regular file, expected one whose size is known",
                             file->source.path);
    }
    *size = (size_t)status.st_size;
    return GR_SUCCESS;
}

static gr_status read_header(const npy_file *file, size_t size, gr_npy_info *info) {
    char prefix[NPY_PREFIX];
    char text[NPY_HEADER_MOST];
    const size_t known = size < NPY_PREFIX ? size : NPY_PREFIX;
    size_t begin, length, early;

    GR_TRY(read_all(file, prefix, known));
    GR_TRY(npy_header_prefix(&file->source, prefix, known, &begin, info));
    if (info->data_offset > size) {
        return gr_impl_raise(GR_BAD_FILE, file->source.place,
                             "size of \"%s\" = %zu bytes, expected %zu of header alone",
                             file->source.path, size, info->data_offset);
    }
    /* the prefix of version 1 is shorter: what was read too much belongs to the dictionary */
    length = info->data_offset - begin;
    early = known - begin < length ? known - begin : length;
    memcpy(text, prefix + begin, early);
    GR_TRY(read_all(file, text + early, length - early));
    GR_TRY(npy_header_parse(&file->source, text, length, info));
    if (info->data_bytes > size - info->data_offset) {
        char shape[SHAPE_TEXT];

        return gr_impl_raise(GR_BAD_FILE, file->source.place,
                             "elements of \"%s\" = %zu bytes, expected %zu for shape %s of %s",
                             file->source.path, size - info->data_offset, info->data_bytes,
                             handle_shape_text(shape, info->extent, info->rank),
                             gr_dtype_name(info->dtype));
    }
    return GR_SUCCESS;
}

static gr_status open_and_inspect(npy_file *file, const char *path, gr_npy_info *info,
                                  gr_place place) {
    size_t size = 0;

    file->descriptor = -1;
    file->source = (npy_source){path, place};
    if (path == NULL) {
        return gr_impl_raise(GR_INVALID_ARG, place, "path = NULL, expected the name of a file");
    }
    GR_TRY(open_to_read(file, &size));
    return read_header(file, size, info);
}

static void close_file(const npy_file *file) {
    if (file->descriptor >= 0) {
        close(file->descriptor);
    }
}

#define SWAP_ALL(type, swap)                                           \
    for (size_t k = 0; k + sizeof(type) <= bytes; k += sizeof(type)) { \
        type part;                                                     \
        memcpy(&part, data + k, sizeof part);                          \
        part = swap(part);                                             \
        memcpy(data + k, &part, sizeof part);                          \
    }                                                                  \
    break

/* Turn the bytes of every number; complex ones are two numbers. */
static void swap_bytes(char *data, size_t bytes, gr_dtype dtype) {
    switch (gr_dtype_size(dtype) / (dtype == GR_C64 || dtype == GR_C128 ? 2 : 1)) {
    case 2:
        SWAP_ALL(uint16_t, __builtin_bswap16);
    case 4:
        SWAP_ALL(uint32_t, __builtin_bswap32);
    default:
        SWAP_ALL(uint64_t, __builtin_bswap64);
    }
}

/* Any byte but 0 is true to NumPy; to C a bool of another value than 0 or 1 is undefined. */
static void make_bools(char *data, size_t bytes) {
    for (size_t k = 0; k < bytes; k++) {
        data[k] = data[k] != 0;
    }
}

/* Create a View in the file's layout and read its elements. */
static gr_status read_view(const npy_file *file, const gr_npy_info *info, gr_any_view *view) {
    const bool empty = info->data_bytes == 0;
    gr_status status;

    *view = (gr_any_view){.dtype = info->dtype, .rank = info->rank, .layout = info->layout};
    memcpy(view->extent, info->extent, sizeof view->extent);
    GR_TRY(gr_impl_any_create(view, file->source.path, GR_UNINITIALIZED, file->source.place));
    status = empty ? GR_SUCCESS : read_all(file, (char *)view->data, info->data_bytes);
    if (status != GR_SUCCESS) {
        (void)gr_impl_any_release(view, file->source.place);
        return status;
    }
    if (info->swapped) {
        swap_bytes((char *)view->data, info->data_bytes, info->dtype);
    } else if (info->dtype == GR_BOOL) {
        make_bools((char *)view->data, info->data_bytes);
    }
    return GR_SUCCESS;
}

gr_status gr_impl_npy_inspect(const char *path, gr_npy_info *info, gr_place place) {
    npy_file file;
    gr_npy_info found = {.rank = 0};
    gr_status status;

    if (info == NULL) {
        return gr_impl_raise(GR_INVALID_ARG, place, "info = NULL, expected a place for the answer");
    }
    status = open_and_inspect(&file, path, &found, place);
    close_file(&file);
    *info = found;
    return status;
}

gr_status gr_impl_npy_load(gr_any_view *view, const char *path, gr_place place) {
    npy_file file;
    gr_npy_info info = {.rank = 0};
    gr_status status;

    *view = (gr_any_view){.dtype = GR_F64, .item = sizeof(double), .layout = GR_RIGHT, .rank = 1};
    status = open_and_inspect(&file, path, &info, place);
    if (status == GR_SUCCESS) {
        status = read_view(&file, &info, view);
    }
    close_file(&file);
    return status;
}

static gr_status check_type(const npy_source *source, const gr_npy_info *info,
                            gr_impl_view_type type) {
    char shape[SHAPE_TEXT];

    if (info->dtype != (gr_dtype)type.dtype) {
        return gr_impl_raise(GR_INVALID_ARG, source->place, "dtype of \"%s\" = %s, expected %s",
                             source->path, gr_dtype_name(info->dtype),
                             gr_dtype_name((gr_dtype)type.dtype));
    }
    if (info->rank != type.rank) {
        return gr_impl_raise(GR_INVALID_ARG, source->place,
                             "rank of \"%s\" = %d, shape %s, expected %d", source->path, info->rank,
                             handle_shape_text(shape, info->extent, info->rank), type.rank);
    }
    return GR_SUCCESS;
}

/* Put a View of a file's layout into another one. */
static gr_status change_layout(gr_any_view *view, gr_layout layout, const npy_source *source) {
    gr_any_view other = *view;
    gr_status status;

    if (layout == GR_STRIDED || handle_take_layout(view, layout)) {
        return GR_SUCCESS;
    }
    other.layout = layout;
    status = gr_impl_any_create(&other, source->path, GR_UNINITIALIZED, source->place);
    if (status == GR_SUCCESS) {
        status = gr_impl_deep_copy(other, *view, source->place);
    }
    (void)gr_impl_any_release(view, source->place);
    *view = other;
    return status;
}

gr_status gr_impl_npy_load_view(void *view, gr_impl_view_type type, const char *path,
                                gr_place place) {
    npy_file file;
    gr_npy_info info = {.rank = 0};
    gr_any_view any = {.rank = 0};
    gr_status status;

    handle_clear(view, type.rank);
    status = open_and_inspect(&file, path, &info, place);
    if (status == GR_SUCCESS) {
        status = check_type(&file.source, &info, type);
    }
    if (status == GR_SUCCESS) {
        status = read_view(&file, &info, &any);
    }
    close_file(&file);
    if (status == GR_SUCCESS) {
        status = change_layout(&any, (gr_layout)type.layout, &file.source);
    }
    if (status == GR_SUCCESS) {
        handle_store(view, &any);
    }
    return status;
}

gr_status gr_impl_npy_load_view_in(void *view, gr_impl_view_type type, const char *path,
                                   unsigned flags, gr_place place) {
    gr_any_view here, there;
    gr_status status;

    GR_TRY(gr_impl_npy_load_view(view, type, path, place));
    here = handle_load(view, type);
    there = here;
    handle_clear(view, type.rank);
    there.layout = here.layout == GR_STRIDED ? GR_RIGHT : here.layout;
    status = handle_create(&there, flags | (unsigned)GR_UNINITIALIZED, path, &place);
    if (status == GR_SUCCESS) {
        status = gr_impl_deep_copy(there, here, place);
        if (status != GR_SUCCESS) {
            (void)buffer_release(there.buffer, &place);
        }
    }
    (void)buffer_release(here.buffer, &place);
    if (status == GR_SUCCESS) {
        there.layout = (gr_layout)type.layout;
        handle_store(view, &there);
    }
    return status;
}

/* ---- writing ---- */

static gr_status write_all(const npy_file *file, const char *bytes, size_t n) {
    while (n > 0) {
        const ssize_t done = write(file->descriptor, bytes, n < TRANSFER_MOST ? n : TRANSFER_MOST);

        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return fail_io(&file->source, "one that takes all bytes");
        }
        bytes += done;
        n -= (size_t)done;
    }
    return GR_SUCCESS;
}

static gr_status write_file(npy_file *file, const gr_any_view *v, const gr_npy_info *info) {
    char header[NPY_WRITTEN_MOST];
    gr_status status;

    file->descriptor =
        open(file->source.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)0666);
    if (file->descriptor < 0) {
        return fail_io(&file->source, "one that can be written");
    }
    status = write_all(file, header, npy_header_format(header, info));
    if (status == GR_SUCCESS) {
        status = write_all(file, (const char *)v->data, info->data_bytes);
    }
    /* a full disk may show here only */
    if (close(file->descriptor) != 0 && status == GR_SUCCESS) {
        status = fail_io(&file->source, "one that takes all bytes");
    }
    return status;
}

/* Whether the elements lie one after the other in C (or else Fortran) order. */
static bool is_dense(const gr_any_view *v, bool right) {
    gr_index stride = 1;

    for (int k = 0; k < v->rank; k++) {
        const int d = right ? v->rank - 1 - k : k;

        if (v->extent[d] > 1 && v->stride[d] != stride) {
            return gr_view_size(*v) == 0;
        }
        stride *= v->extent[d];
    }
    return true;
}

gr_status gr_impl_npy_save(const char *path, gr_any_view v, gr_place place) {
    npy_file file = {{path, place}, -1};
    gr_npy_info info = {.dtype = v.dtype, .rank = v.rank, .layout = GR_RIGHT};
    gr_any_view dense = v;
    gr_status status;

    GR_TRY(copy_check_view("v", &v, place));
    if (path == NULL) {
        return gr_impl_raise(GR_INVALID_ARG, place, "path = NULL, expected the name of a file");
    }
    if (v.dtype == GR_STRUCT) {
        return gr_impl_raise(GR_UNSUPPORTED, place,
                             "dtype of v for \"%s\" = struct of %zu bytes, expected a type that "
                             ".npy files have",
                             path, v.item);
    }
    info.data_bytes = (size_t)gr_view_size(v) * v.item;
    memcpy(info.extent, v.extent, (size_t)v.rank * sizeof *v.extent);
    if (gr_impl_host_reaches(view_where(&v).space)) {
        GR_TRY(gr_impl_space_settle(view_where(&v), place));
        if (is_dense(&v, true)) {
            return write_file(&file, &v, &info);
        }
        if (is_dense(&v, false)) {
            info.layout = GR_LEFT;
            return write_file(&file, &v, &info);
        }
    }
    dense.layout = is_dense(&v, true) || !is_dense(&v, false) ? GR_RIGHT : GR_LEFT;
    info.layout = dense.layout;
    GR_TRY(gr_impl_any_create(&dense, "dense copy for a .npy file", GR_UNINITIALIZED, place));
    status = gr_impl_deep_copy(dense, v, place);
    if (status == GR_SUCCESS) {
        status = write_file(&file, &dense, &info);
    }
    (void)gr_impl_any_release(&dense, place);
    return status;
}

gr_status gr_impl_debug_dump(gr_any_view v, const char *path, gr_place place) {
    const size_t length = path == NULL ? 0 : strlen(path);
    gr_status status;
    FILE *out;

    if (length == 0 || (length > 4 && strcmp(path + length - 4, ".npy") == 0)) {
        return gr_impl_npy_save(path, v, place);
    }
    out = fopen(path, "w");
    if (out == NULL) {
        return gr_impl_raise(GR_IO, place, "file = \"%s\", expected one that can be written: %s",
                             path, strerror(errno));
    }
    status = gr_view_print(out, v);
    if (fclose(out) != 0 && status == GR_SUCCESS) {
        status = gr_impl_raise(GR_IO, place, "writing \"%s\" failed, expected it to work: %s", path,
                               strerror(errno));
    }
    return status;
}
