// SPDX-License-Identifier: GPL-2.0
/*
 * A made-up kernel: its type information, its symbols, and a memory of two ranges, in which
 * net_device_ops objects, namespaces and devices are laid out by hand.
 */
#include "kernel/netdevops.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

#define VMLINUX   0x1000 /* _stext */
#define TEXT      0x20000
#define DATA      0x40000
#define DATA_SIZE 0x2000

/* struct net_device_ops here: five functions, a number, and ndo_bpf in an unnamed structure. */
enum {
	NDO_OPEN,
	NDO_STOP,
	NDO_START_XMIT,
	NDO_SET_MTU,
	NDO_TX_TIMEOUT,
	NUMBER,
	NDO_BPF,
	OPS_WORDS
};

struct kernel {
	struct btf *btf;
	struct netdev_layout layout;
	struct symbol_table symbols;
	struct modules modules;
	unsigned char memory[DATA_SIZE]; /* at DATA */
	int broken;                      /* what a reading returns, if not 0 */
	size_t readings;
	struct netdevops_search search;
};

static int read_memory(uint64_t addr, void *data, size_t size, void *arg)
{
	struct kernel *kernel = arg;

	kernel->readings++;
	if (kernel->broken)
		return kernel->broken;
	if (addr < DATA || addr + size > DATA + DATA_SIZE || addr + size < addr)
		return -EFAULT;
	memcpy(data, kernel->memory + (addr - DATA), size);
	return 0;
}

static void put(struct kernel *kernel, uint64_t addr, uint64_t word)
{
	assert_true(addr >= DATA && addr + sizeof(word) <= DATA + DATA_SIZE);
	memcpy(kernel->memory + (addr - DATA), &word, sizeof(word));
}

static void add_symbol(struct kernel *kernel, const char *module, char type, const char *name,
		       uint64_t addr)
{
	struct symbol symbol = { addr, type, name, module };

	assert_int_equal(symbol_table_add(&kernel->symbols, &symbol), 0);
	assert_int_equal(modules_add(&kernel->modules, &symbol), 0);
}

static struct btf *make_btf(bool with_bpf)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	int function = btf__add_ptr(btf, btf__add_func_proto(btf, number));
	int list = btf__add_struct(btf, "list_head", 16);
	const char *const names[] = { "ndo_open", "ndo_stop", "ndo_start_xmit", "ndo_set_mtu",
				      "ndo_tx_timeout" };
	int unnamed;

	unnamed = btf__add_struct(btf, NULL, 8);
	btf__add_field(btf, with_bpf ? "ndo_bpf" : "ndo_other", function, 0, 0);
	btf__add_struct(btf, "net_device_ops", OPS_WORDS * 8);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		btf__add_field(btf, names[i], function, i * 64, 0);
	btf__add_field(btf, "number", number, NUMBER * 64, 0);
	btf__add_field(btf, "", unnamed, NDO_BPF * 64, 0);
	btf__add_struct(btf, "net_device", 64);
	btf__add_field(btf, "dev_list", list, 16 * 8, 0);
	btf__add_field(btf, "netdev_ops", number, 40 * 8, 0);
	btf__add_struct(btf, "net", 64);
	btf__add_field(btf, "list", list, 8 * 8, 0);
	btf__add_field(btf, "dev_base_head", list, 32 * 8, 0);
	return btf;
}

/* One module, drv, with its functions and an object of OPS_WORDS words at DATA. */
static void kernel_init(struct kernel *kernel)
{
	*kernel = (struct kernel){ .btf = make_btf(true) };
	assert_int_equal(netdev_layout_read(kernel->btf, &kernel->layout), 0);
	add_symbol(kernel, "drv", 't', "drv_open", TEXT);
	add_symbol(kernel, "drv", 't', "drv_xmit", TEXT + 0x40);
	add_symbol(kernel, "drv", 't', "drv_xdp", TEXT + 0x80);
	add_symbol(kernel, "drv", 't', "drv_other", TEXT + 0xc0);
	kernel->search = (struct netdevops_search){
		.layout = &kernel->layout,
		.symbols = &kernel->symbols,
		.modules = &kernel->modules,
		.text_start = VMLINUX,
		.text_end = VMLINUX + 0x1000,
		.read = read_memory,
		.memory = kernel,
	};
}

static void put_ops(struct kernel *kernel, uint64_t addr, uint64_t func)
{
	put(kernel, addr + NDO_OPEN * 8, TEXT);
	put(kernel, addr + NDO_START_XMIT * 8, TEXT + 0x40);
	put(kernel, addr + NDO_SET_MTU * 8, VMLINUX + 0x123); /* as eth_mac_addr() */
	put(kernel, addr + NUMBER * 8, 42);                   /* no function: not looked at */
	put(kernel, addr + NDO_BPF * 8, func);
}

static void find(struct kernel *kernel, struct netdev_functions *ret)
{
	symbol_table_sort(&kernel->symbols);
	assert_int_equal(netdevops_find(&kernel->search, ret), 0);
}

static void kernel_release(struct kernel *kernel, struct netdev_functions *functions)
{
	netdevops_release(functions);
	symbol_table_release(&kernel->symbols);
	modules_release(&kernel->modules);
	btf__free(kernel->btf);
}

static void assert_function(const struct kernel *kernel, const struct netdev_function *function,
			    const char *func, const char *ops)
{
	assert_string_equal(symbol_table_name(&kernel->symbols, function->func), func);
	if (ops)
		assert_string_equal(symbol_table_name(&kernel->symbols, function->ops), ops);
	else
		assert_null(function->ops);
}

static void test_layout(void **state)
{
	struct netdev_layout layout;
	struct btf *btf = make_btf(true);

	assert_int_equal(netdev_layout_read(btf, &layout), 0);
	assert_int_equal(layout.ops_size, OPS_WORDS * 8);
	assert_int_equal(layout.ndo_bpf, NDO_BPF * 8);
	assert_int_equal(layout.ndo_start_xmit, NDO_START_XMIT * 8);
	assert_int_equal(layout.nslots, 5);
	assert_int_equal(layout.net_list, 8);
	assert_int_equal(layout.net_devices, 32);
	assert_int_equal(layout.dev_list, 16);
	assert_int_equal(layout.dev_ops, 40);
	btf__free(btf);
	btf = make_btf(false);
	assert_int_equal(netdev_layout_read(btf, &layout), -ENOENT);
	btf__free(btf);
}

static void test_object(void **state)
{
	struct netdev_functions functions;
	struct kernel kernel;

	kernel_init(&kernel);
	add_symbol(&kernel, "drv", 'r', "drv_ops", DATA);
	add_symbol(&kernel, "drv", 'd', "drv_after", DATA + OPS_WORDS * 8);
	put_ops(&kernel, DATA, TEXT + 0x80);
	find(&kernel, &functions);
	assert_int_equal(functions.count, 1);
	assert_function(&kernel, &functions.list[0], "drv_xdp", "drv_ops");
	assert_true(functions.list[0].by_object);
	assert_false(functions.list[0].by_device);
	assert_false(functions.list[0].doubtful);
	assert_int_equal(functions.devices, 0);
	kernel_release(&kernel, &functions);
}

/* What is no net_device_ops: each row spoils a good one in one way. */
static void test_other_objects(void **state)
{
	static const struct {
		const char *what;
		size_t slot;
		uint64_t word;
	} rows[] = {
		{ "no function", NDO_BPF, 0 },
		{ "into a function", NDO_BPF, TEXT + 0x84 },
		{ "vmlinux's", NDO_BPF, VMLINUX + 0x10 },
		{ "data", NDO_BPF, DATA },
		{ "cannot send", NDO_START_XMIT, 0 },
		{ "a number among functions", NDO_OPEN, 1500 },
		{ "data among functions", NDO_TX_TIMEOUT, DATA },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct netdev_functions functions;
		struct kernel kernel;

		kernel_init(&kernel);
		add_symbol(&kernel, "drv", 'r', "drv_netdev_ops", DATA);
		put_ops(&kernel, DATA, TEXT + 0x80);
		put(&kernel, DATA + rows[i].slot * 8, rows[i].word);
		find(&kernel, &functions);
		if (functions.count)
			fail_msg("%s: taken for a net_device_ops", rows[i].what);
		kernel_release(&kernel, &functions);
	}
}

/* Too small, not aligned, or not there: not even read, or no harm. */
static void test_impossible_objects(void **state)
{
	struct netdev_functions functions;
	struct kernel kernel;

	kernel_init(&kernel);
	add_symbol(&kernel, "drv", 'r', "small_netdev_ops", DATA);
	add_symbol(&kernel, "drv", 'r', "odd_netdev_ops", DATA + 4);
	put_ops(&kernel, DATA, TEXT + 0x80);
	find(&kernel, &functions);
	assert_int_equal(functions.count, 0);
	assert_int_equal(kernel.readings, 0);
	kernel_release(&kernel, &functions);

	kernel_init(&kernel);
	add_symbol(&kernel, "drv", 'r', "end_netdev_ops", DATA + DATA_SIZE - 8);
	add_symbol(&kernel, "drv", 'r', "absent_netdev_ops", DATA + DATA_SIZE + 0x1000);
	find(&kernel, &functions);
	assert_int_equal(functions.count, 0);
	assert_int_equal(kernel.readings, 2);
	kernel_release(&kernel, &functions);
}

/* One function in two objects is found once; two of one name in two modules are two. */
static void test_same(void **state)
{
	struct netdev_functions functions;
	struct kernel kernel;

	kernel_init(&kernel);
	add_symbol(&kernel, "drv", 'r', "drv_netdev_ops", DATA);
	add_symbol(&kernel, "drv", 'r', "drv_vf_netdev_ops", DATA + 0x100);
	add_symbol(&kernel, "twin", 't', "drv_xdp", TEXT + 0x1000);
	add_symbol(&kernel, "twin", 'r', "drv_netdev_ops", DATA + 0x200);
	put_ops(&kernel, DATA, TEXT + 0x80);
	put_ops(&kernel, DATA + 0x100, TEXT + 0x80);
	put_ops(&kernel, DATA + 0x200, TEXT + 0x1000);
	find(&kernel, &functions);
	assert_int_equal(functions.count, 2);
	assert_function(&kernel, &functions.list[0], "drv_xdp", "drv_netdev_ops");
	assert_function(&kernel, &functions.list[1], "drv_xdp", "drv_netdev_ops");
	assert_string_equal(symbol_table_module(&kernel.symbols, functions.list[1].func), "twin");
	kernel_release(&kernel, &functions);
}

/* A namespace with two devices, one of drv, one of vmlinux, and one that is empty. */
static void put_devices(struct kernel *kernel, uint64_t ops)
{
	const uint64_t list = DATA + 0x800, full = DATA + 0x900, empty = DATA + 0xa00;
	const uint64_t first = DATA + 0xb00, second = DATA + 0xc00, builtin = DATA + 0xd00;

	kernel->search.namespaces = list;
	put(kernel, list, empty + 8);
	put(kernel, empty + 8, full + 8);
	put(kernel, full + 8, list);
	put(kernel, empty + 32, empty + 32);
	put(kernel, full + 32, first + 16);
	put(kernel, first + 16, second + 16);
	put(kernel, second + 16, full + 32);
	put(kernel, first + 40, builtin);
	put(kernel, builtin + NDO_BPF * 8, VMLINUX + 0x10);
	put(kernel, second + 40, ops);
}

static void test_device(void **state)
{
	struct netdev_functions functions;
	struct kernel kernel;

	kernel_init(&kernel);
	put_ops(&kernel, DATA + 0x100, TEXT + 0x80); /* no symbol tells of it */
	put_devices(&kernel, DATA + 0x100);
	find(&kernel, &functions);
	assert_int_equal(functions.devices, 2);
	assert_int_equal(functions.count, 1);
	assert_function(&kernel, &functions.list[0], "drv_xdp", NULL);
	assert_true(functions.list[0].by_device);
	assert_false(functions.list[0].by_object);
	assert_false(functions.list[0].doubtful);
	kernel_release(&kernel, &functions);
}

/* Names without a hint are doubtful, until a device settles it. */
static void test_doubt(void **state)
{
	for (int with_device = 0; with_device < 2; with_device++) {
		struct netdev_functions functions;
		struct kernel kernel;

		kernel_init(&kernel);
		add_symbol(&kernel, "drv", 'r', "drv_ops", DATA);
		put_ops(&kernel, DATA, TEXT + 0xc0);
		if (with_device)
			put_devices(&kernel, DATA);
		find(&kernel, &functions);
		assert_int_equal(functions.count, 1);
		assert_function(&kernel, &functions.list[0], "drv_other", "drv_ops");
		assert_int_equal(functions.list[0].doubtful, !with_device);
		assert_int_equal(functions.list[0].by_device, with_device);
		kernel_release(&kernel, &functions);
	}
}

/* A list that a device has left while it was followed: into nothing, or into a circle. */
static void test_broken_lists(void **state)
{
	for (int circle = 0; circle < 2; circle++) {
		struct netdev_functions functions;
		struct kernel kernel;

		kernel_init(&kernel);
		put_ops(&kernel, DATA + 0x100, TEXT + 0x80);
		put_devices(&kernel, DATA + 0x100);
		put(&kernel, DATA + 0xc00 + 16, circle ? DATA + 0xb00 + 16 : 0xdead000000000100);
		find(&kernel, &functions);
		assert_int_equal(functions.count, 1);
		kernel_release(&kernel, &functions);
	}
}

static void test_reader_that_fails(void **state)
{
	struct netdev_functions functions = {};
	struct kernel kernel;

	kernel_init(&kernel);
	add_symbol(&kernel, "drv", 'r', "drv_netdev_ops", DATA);
	symbol_table_sort(&kernel.symbols);
	kernel.broken = -EPERM;
	assert_int_equal(netdevops_find(&kernel.search, &functions), -EPERM);
	kernel_release(&kernel, &functions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_other_objects),
		cmocka_unit_test(test_impossible_objects),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_broken_lists),
		cmocka_unit_test(test_reader_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
