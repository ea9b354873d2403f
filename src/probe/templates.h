/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The templates of the BPF object. A program may be put on one function only, and functions are
 * many, so that libbpf can not load them: it only relocates what it finds, and copies are loaded.
 */
#ifndef XDPSNOOP_PROBE_TEMPLATES_H
#define XDPSNOOP_PROBE_TEMPLATES_H

#include "probe/backend.h"

/* Tells libbpf how templates are dealt with: before an object that has any is opened. */
int templates_register(void);

/*
 * Has the templates relocated that @backend needs for a bit of @hooks (1 << enum wire_hook) each,
 * when @object is loaded.
 */
void templates_want(struct bpf_object *object, const struct backend *backend, uint32_t hooks);

/*
 * The template of @backend for the entry of functions of @hook, or for their return: one that was
 * wanted, once @object is loaded. Its instructions are the object's.
 */
struct template template_get(const struct bpf_object *object, const struct backend *backend,
			     enum wire_hook hook, bool is_return);

#endif
