// SPDX-License-Identifier: GPL-2.0
#include "util/pages.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void pages_let_go(const void *at, size_t size)
{
	uintptr_t page = sysconf(_SC_PAGESIZE);
	uintptr_t first = ((uintptr_t)at + page - 1) / page * page;
	uintptr_t end = ((uintptr_t)at + size) / page * page;

	if (first < end)
		madvise((void *)first, end - first, MADV_DONTNEED);
}
