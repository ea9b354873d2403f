// SPDX-License-Identifier: GPL-2.0
/* For libFuzzer: tests/fuzz/run builds and runs it. */
#include "filter_property.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *wrong = filter_property((const char *)data, size);

	if (wrong) {
		fprintf(stderr, "%s: %.*s\n", wrong, (int)size, data);
		abort();
	}
	return 0;
}
