/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Talk: everything that is not data goes to stderr through here. Whoever knows the user's words
 * logs, once, with what happened, why, and what to do; library code returns a negative errno.
 */
#ifndef XDPSNOOP_UTIL_LOG_H
#define XDPSNOOP_UTIL_LOG_H

#include <stdbool.h>

/* Shows log_info() lines; off until asked for. */
void log_set_verbose(bool verbose);
bool log_is_verbose(void);

/* One line each, "xdpsnoop: " before it and a newline after it are added. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line of --verbose, as it is. */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line that is always shown, as it is. */
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
