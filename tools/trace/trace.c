/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file trace.c
 * @brief The tool "trace": what ran when, for Perfetto (ui.perfetto.dev) and chrome://tracing.
 *
 *     GRANUM_TOOLS=trace=FILE.json ./program
 *
 * One lane a host thread, and one for each instance and stream besides the default ones; flows from
 * copies to the kernels that follow them, counters of memory.
 * The format is Chrome's trace-event JSON, an array whose closing bracket is optional. Events go
 * into a mapped file, so a program that is killed leaves all of them: the kernel writes the pages.
 * What is not used of the file yet are spaces, which JSON allows anywhere.
 */
#include "../kokkosp.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PIECE = 1 << 20, LONGEST = 2048, SPACES = 16 };

static char target[4096] = "granum-trace.json";
static pthread_mutex_t file_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static int file = -1;
static char *piece;        /* the mapped part of the file; NULL: no trace */
static off_t piece_at;     /* where it begins [B] */
static size_t used;        /* of it [B] */
static int64_t since;      /* nanoseconds() at the beginning */
static int threads, flows; /* numbers given so far */
static struct {
    char name[64];
    int64_t bytes;
} held[SPACES];

static _Thread_local int lane;      /* of this thread; 0: not seen yet */
static _Thread_local int copy_flow; /* from the last copy to the next launch; 0: none */
static _Thread_local int regions;   /* that this thread has begun and not ended */

/* Lanes of instances: the number of one is FIRST_DEVICE and its place here. */
enum { DEVICES = 64, FIRST_DEVICE = 100001 };
static uint32_t devices_seen[DEVICES]; /* each a device with its instance; under the lock */
static int device_count;

/* Give up, with the reason, and keep what was written. */
static void stop_tracing(const char *what, int error) {
    fprintf(stderr,
            "granum trace: %s \"%s\" failed (%s), expected a file that can be written; the "
            "trace ends here\n",
            what, target, strerror(error));
    if (piece) {
        munmap(piece, PIECE);
    }
    piece = NULL;
    if (file >= 0) {
        close(file);
    }
    file = -1;
}

/* Map the piece of the file that begins at `at`; its disk space is taken now, since a store to a
 * page that the disk has no room for would be a signal. */
static bool map_piece(off_t at) {
    const int error = posix_fallocate(file, at, PIECE);
    void *mapped;

    if (error != 0) {
        stop_tracing("making room in", error);
        return false;
    }
    mapped = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_SHARED, file, at);
    if (mapped == MAP_FAILED) {
        stop_tracing("mapping", errno);
        return false;
    }
    if (piece) {
        munmap(piece, PIECE);
    }
    piece = (char *)mapped;
    piece_at = at;
    used = 0;
    memset(piece, ' ', PIECE);
    return true;
}

/* Append a text, across the end of a piece if need be; under the lock. */
static void append(const char *text, size_t length) {
    while (piece && length > 0) {
        const size_t room = PIECE - used;
        const size_t part = length < room ? length : room;

        memcpy(piece + used, text, part);
        used += part;
        text += part;
        length -= part;
        if (used == PIECE && !map_piece(piece_at + PIECE)) {
            return;
        }
    }
}

/* Write one event; the format makes a JSON object without the line end. */
__attribute__((format(printf, 1, 2))) static void event(const char *format, ...) {
    char text[LONGEST];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text - 2, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= (int)sizeof text - 2) {
        return; /* names are cut before they come here */
    }
    memcpy(text + length, ",\n", 2);
    pthread_mutex_lock(&file_mutex);
    append(text, (size_t)length + 2);
    pthread_mutex_unlock(&file_mutex);
}

/* A name as the inside of a JSON string, cut to what an event has room for. */
static const char *escape(char out[512], const char *name) {
    size_t at = 0;

    for (; *name && at < 500; name++) {
        const unsigned char c = (unsigned char)*name;

        if (c == '"' || c == '\\') {
            out[at++] = '\\';
            out[at++] = (char)c;
        } else if (c < 0x20) {
            at += (size_t)snprintf(out + at, 8, "\\u%04x", c);
        } else {
            out[at++] = (char)c;
        }
    }
    out[at] = '\0';
    return out;
}

/* Microseconds since the beginning, with three digits behind the point; as integers, which are
 * printed in a tenth of the time. */
#define TIME "%lld.%03d"
#define NOW(t) (long long)((t) / 1000), (int)((t) % 1000)
static int64_t now(void) {
    return nanoseconds() - since;
}

/* The lane of the calling thread. */
static int here(void) {
    if (lane == 0) {
        lane = __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
        event("{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_name\",\"args\":{\"name\":"
              "\"host thread %d\"}}",
              lane, lane);
    }
    return lane;
}

/* Its place in the list, where it is put if it is new; -1: the list is full. */
static int device_place(uint32_t device, bool *is_new) {
    int k = 0;

    pthread_mutex_lock(&file_mutex);
    while (k < device_count && devices_seen[k] != device) {
        k++;
    }
    *is_new = k == device_count && k < DEVICES;
    if (*is_new) {
        devices_seen[device_count++] = device;
    }
    pthread_mutex_unlock(&file_mutex);
    return k < DEVICES ? k : -1;
}

/* The lane of a launch: the thread's own, or that of an instance or stream that is a queue. */
static int lane_of(uint32_t device) {
    static const char *const types[] = {"serial", "OpenMP", "CUDA", "HIP"};
    const uint32_t type = device >> 24, instance = device & 0x1ffff;
    bool is_new;
    int k;

    if (type < 2 && instance == 0) {
        return here();
    }
    k = device_place(device, &is_new);
    if (k >= 0 && is_new) {
        event("{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_name\",\"args\":{\"name\":"
              "\"%s %d instance %d\"}}",
              FIRST_DEVICE + k, type < 4 ? types[type] : "device", (int)(device >> 17 & 0x7f),
              (int)instance);
    }
    return k < 0 ? here() : FIRST_DEVICE + k;
}

static void begin(int in_lane, const char *kind, const char *name) {
    const int64_t at = now();
    char text[512];

    event("{\"ph\":\"B\",\"pid\":1,\"tid\":%d,\"ts\":" TIME ",\"cat\":\"%s\",\"name\":\"%s\"}",
          in_lane, NOW(at), kind, escape(text, name));
}

static void end(int in_lane) {
    const int64_t at = now();

    event("{\"ph\":\"E\",\"pid\":1,\"tid\":%d,\"ts\":" TIME "}", in_lane, NOW(at));
}

/* The id of a launch is its lane. */
static void begin_launch(const char *pattern, const char *label, uint32_t device, uint64_t *id) {
    const int in_lane = lane_of(device);

    *id = (uint64_t)in_lane;
    begin(in_lane, pattern, label);
    if (copy_flow) {
        const int64_t at = now();

        event("{\"ph\":\"f\",\"bp\":\"e\",\"pid\":1,\"tid\":%d,\"ts\":" TIME ",\"cat\":\"copy\","
              "\"name\":\"copy\",\"id\":%d}",
              in_lane, NOW(at), copy_flow);
        copy_flow = 0;
    }
}

void kokkosp_init_library(int sequence, uint64_t version, uint32_t devices, void *device_info) {
    (void)sequence, (void)version, (void)devices, (void)device_info;
}

void kokkosp_parse_args(int argc, char **argv) {
    if (argc > 1) {
        snprintf(target, sizeof target, "%s", argv[1]);
    }
    pthread_mutex_lock(&file_mutex);
    since = nanoseconds();
    file = open(target, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        stop_tracing("opening", errno);
    } else if (map_piece(0)) {
        append("[\n", 2);
    }
    pthread_mutex_unlock(&file_mutex);
    if (piece) {
        event("{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":\"granum\"}}");
    }
}

void kokkosp_print_help(char *program) {
    printf("%s: GRANUM_TOOLS=trace=FILE.json, for ui.perfetto.dev\n", program);
}

void kokkosp_begin_parallel_for(const char *label, uint32_t device, uint64_t *id) {
    begin_launch("for", label, device, id);
}
void kokkosp_begin_parallel_reduce(const char *label, uint32_t device, uint64_t *id) {
    begin_launch("reduce", label, device, id);
}
void kokkosp_begin_parallel_scan(const char *label, uint32_t device, uint64_t *id) {
    begin_launch("scan", label, device, id);
}
void kokkosp_end_parallel_for(uint64_t id) {
    end((int)id);
}
void kokkosp_end_parallel_reduce(uint64_t id) {
    end((int)id);
}
void kokkosp_end_parallel_scan(uint64_t id) {
    end((int)id);
}

void kokkosp_push_profile_region(const char *name) {
    regions++;
    begin(here(), "region", name);
}
void kokkosp_pop_profile_region(void) {
    if (regions > 0) { /* one that was never begun would end something else */
        regions--;
        end(here());
    }
}

void kokkosp_profile_event(const char *name) {
    const int64_t at = now();
    char text[512];

    event("{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":%d,\"ts\":" TIME
          ",\"cat\":\"mark\",\"name\":"
          "\"%s\"}",
          here(), NOW(at), escape(text, name));
}

void kokkosp_begin_deep_copy(gr_tool_space to, const char *to_label, const void *to_pointer,
                             gr_tool_space from, const char *from_label, const void *from_pointer,
                             uint64_t bytes) {
    const int64_t at = now();
    char a[512], b[512];

    (void)to, (void)to_pointer, (void)from, (void)from_pointer;
    event("{\"ph\":\"B\",\"pid\":1,\"tid\":%d,\"ts\":" TIME
          ",\"cat\":\"copy\",\"name\":\"%s <- %s\","
          "\"args\":{\"bytes\":%llu}}",
          here(), NOW(at), escape(a, to_label), escape(b, from_label), (unsigned long long)bytes);
}

void kokkosp_end_deep_copy(void) {
    const int64_t at = now();

    copy_flow = __atomic_add_fetch(&flows, 1, __ATOMIC_RELAXED);
    event("{\"ph\":\"s\",\"pid\":1,\"tid\":%d,\"ts\":" TIME ",\"cat\":\"copy\",\"name\":\"copy\","
          "\"id\":%d}",
          here(), NOW(at), copy_flow);
    end(here());
}

/* Bytes held in a space after a change of so many; what was there before is not known. */
static int64_t change_held(const char *space, int64_t bytes) {
    int64_t now = 0;
    int k = 0;

    pthread_mutex_lock(&file_mutex);
    while (k < SPACES - 1 && held[k].name[0] && strcmp(held[k].name, space) != 0) {
        k++;
    }
    snprintf(held[k].name, sizeof held[k].name, "%s", space);
    now = held[k].bytes + bytes > 0 ? held[k].bytes + bytes : 0;
    held[k].bytes = now;
    pthread_mutex_unlock(&file_mutex);
    return now;
}

static void count_memory(const char *space, int64_t bytes) {
    const int64_t at = now();
    const int64_t now = change_held(space, bytes);
    char text[512];

    event("{\"ph\":\"C\",\"pid\":1,\"ts\":" TIME
          ",\"name\":\"memory %s\",\"args\":{\"bytes\":%lld}}",
          NOW(at), escape(text, space), (long long)now);
}

void kokkosp_allocate_data(gr_tool_space space, const char *label, const void *pointer,
                           uint64_t bytes) {
    (void)label, (void)pointer;
    count_memory(space.name, (int64_t)bytes);
}

void kokkosp_deallocate_data(gr_tool_space space, const char *label, const void *pointer,
                             uint64_t bytes) {
    (void)label, (void)pointer;
    count_memory(space.name, -(int64_t)bytes);
}

void kokkosp_finalize_library(void) {
    const int64_t at = now();
    off_t length;

    /* The last event has no comma behind it. */
    event("{\"ph\":\"i\",\"s\":\"g\",\"pid\":1,\"tid\":0,\"ts\":" TIME ",\"name\":\"end\"}",
          NOW(at));
    pthread_mutex_lock(&file_mutex);
    if (piece) {
        length = piece_at + (off_t)used;
        munmap(piece, PIECE);
        piece = NULL;
        if (ftruncate(file, length - 2) != 0 || pwrite(file, "\n]\n", 3, length - 2) != 3) {
            stop_tracing("ending", errno);
        }
    }
    if (file >= 0) {
        close(file);
        file = -1;
    }
    memset(held, 0, sizeof held);
    device_count = 0;
    pthread_mutex_unlock(&file_mutex);
}
