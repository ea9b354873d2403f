// SPDX-License-Identifier: GPL-2.0
/*
 * result: one line of key=value on stdout per executed command, flushed at once.
 *
 *     VERB key=value ... ok|error=-N (ENAME) key=value ...
 *
 * Values that are not plain are quoted, with the escapes that words.h reads: a line never holds a
 * raw control byte.
 */
#ifndef XDPCTL_RESULT_H
#define XDPCTL_RESULT_H

void result_begin(const char *verb);
void result_text(const char *key, const char *value);
void result_number(const char *key, long long value);

/* " ok" for err >= 0, else " error=-N (ENAME)"; what is written after it explains the outcome. */
void result_outcome(int err);

/* " KEY=-N (ENAME)" */
void result_errno(const char *key, int err);

/* Ends the line of what failed before its own request: " error=-N (ENAME) via=STEP". */
void result_failed(int err, const char *via);

/* Text for people, always quoted; nothing for an empty text. */
void result_message(const char *message);
void result_end(void);

#endif
