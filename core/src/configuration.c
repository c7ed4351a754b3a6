/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file configuration.c
 * @brief gr_print_configuration: what was built, what is set, what is held.
 */
#include "lifecycle.h"

#include "granum_config.h"

#include <granum/device.h>
#include <granum/impl/backend.h>

#include <string.h>
#include <unistd.h>

#ifdef GRANUM_CHECKED
#define CHECKED "yes"
#else
#define CHECKED "no"
#endif

static void print_backends(FILE *out) {
    const char *const *name = gr_impl_backend_names();
    const char *separator = " (default), ";

    fprintf(out, "  backends      %s", *name);
    for (name++; *name; name++) {
        fprintf(out, "%s%s", separator, *name);
        separator = ", ";
    }
    fprintf(out, "%s\n", separator[0] == ' ' ? " (default)" : "");
}

static void print_settings(FILE *out, const gr_impl_configuration *configuration) {
    const gr_settings *settings = &configuration->settings;

    fprintf(out, "  threads       %d (%s)\n", gr_impl_num_threads(),
            configuration->source[GR_IMPL_SETTING_num_threads]);
    fprintf(out, "  debug        ");
#define PRINT_WORD(word, name, bit, what)    \
    if (settings->debug & GR_DEBUG_##word) { \
        fprintf(out, " " #name);             \
    }
    GR_DEBUG_LIST(PRINT_WORD)
#undef PRINT_WORD
    fprintf(out, "%s (%s)\n", settings->debug ? "" : " none",
            configuration->source[GR_IMPL_SETTING_debug]);
}

static void print_memory(FILE *out) {
    const double machine =
        (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE); /* < 0: unknown */
    int space;

    fprintf(out, "  machine       %ld of %ld processors online, %.1f GB of memory\n",
            sysconf(_SC_NPROCESSORS_ONLN), sysconf(_SC_NPROCESSORS_CONF), 1e-9 * machine);
    for (space = 0; space < GR_IMPL_SPACES; space++) {
        if (space != GR_HOST && gr_memory_peak((gr_space)space) == 0) {
            continue;
        }
        fprintf(out, "  memory        %s: %zu bytes in use, %zu at most\n",
                gr_space_name((gr_space)space), gr_memory_used((gr_space)space),
                gr_memory_peak((gr_space)space));
    }
}

gr_status gr_print_configuration(FILE *out) {
    gr_impl_configuration configuration;

    GR_REQUIRE(out, GR_INVALID_ARG, "out = NULL, expected a stream");
    GR_TRY(gr_impl_ensure_initialized());
    configuration = gr_impl_configuration_now();
    fprintf(out, "granum %s\n", gr_version());
    print_backends(out);
    gr_impl_devices_print(out, "  device        ");
    print_settings(out, &configuration);
    fprintf(out, "  compiler      %s\n", GR_IMPL_CONFIG_COMPILER);
    fprintf(out, "  build         %s%s%s\n", GR_IMPL_CONFIG_BUILD_TYPE,
            GR_IMPL_CONFIG_SANITIZE[0] ? ", sanitizers " : "", GR_IMPL_CONFIG_SANITIZE);
    fprintf(out, "  kernel flags  %s%s%s\n", GR_IMPL_CONFIG_KERNEL_FLAGS,
            GR_IMPL_CONFIG_ARCH[0] ? " -march=" : "", GR_IMPL_CONFIG_ARCH);
    fprintf(out, "  checked       %s\n", CHECKED);
    print_memory(out);
    GR_REQUIRE(fflush(out) == 0 && !ferror(out), GR_IO,
               "writing the configuration failed, expected a stream that takes it");
    return GR_SUCCESS;
}
