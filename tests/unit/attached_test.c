// SPDX-License-Identifier: GPL-2.0
#include "cmd/attached.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

#define PROG(...) attached_add_prog(&list, &(struct attached_prog){ __VA_ARGS__ })

static struct attached_list list;

static int setup(void **state)
{
	const struct attached_netns places[] = {
		{ .inum = 30, .path = (char *)"/proc/9/fd/3", .pid = 9 },
		{ .inum = 20, .name = (char *)"red\n" },
		{ .inum = 10, .pid = 1, .own = true },
		{ .inum = 40, .name = (char *)"blue" },
		{ .inum = 25, .pid = 77 },
	};

	list = (struct attached_list){ .kernel = "6.12" };
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		assert_int_equal(attached_add_netns(&list, &places[i]), 0);
	return 0;
}

static int teardown(void **state)
{
	attached_release(&list);
	return 0;
}

/* What @print writes. To be freed. */
static char *printed(void (*print)(const struct attached_list *list, FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	print(&list, out);
	fclose(out);
	return text;
}

static void assert_printed(void (*print)(const struct attached_list *list, FILE *out),
			   const char *wanted)
{
	_cleanup_(free_pointer) char *text = printed(print);

	assert_string_equal(text, wanted);
}

static void test_links_are_told_apart(void **state)
{
	const struct link_info links[] = {
		{ .id = 5, .prog_id = 1, .ifindex = 2 }, /* one such device */
		{ .id = 6, .prog_id = 2, .ifindex = 2 }, /* two of them */
		{ .id = 7, .prog_id = 3, .ifindex = 2 }, /* two links, one device */
		{ .id = 8, .prog_id = 3, .ifindex = 2 },
		{ .id = 9, .prog_id = 4, .ifindex = 0 }, /* dead */
		{ .id = 10, .prog_id = 9, .ifindex = 2 },
	};
	const struct {
		uint32_t prog, ifindex;
		enum link_known known, wanted;
		uint32_t link;
	} progs[] = {
		{ 1, 2, LINK_UNKNOWN, LINK_HOLDS, 5 },   { 1, 3, LINK_UNKNOWN, LINK_NONE, 0 },
		{ 2, 2, LINK_UNKNOWN, LINK_UNKNOWN, 0 }, { 2, 2, LINK_UNKNOWN, LINK_UNKNOWN, 0 },
		{ 3, 2, LINK_UNKNOWN, LINK_UNKNOWN, 0 }, { 4, 2, LINK_UNKNOWN, LINK_NONE, 0 },
		{ 9, 2, LINK_NONE, LINK_NONE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(progs); i++)
		assert_int_equal(PROG(.netns = i % 5, .ifindex = progs[i].ifindex,
				      .prog.id = progs[i].prog, .link_known = progs[i].known),
				 0);
	attached_match(&list, links, ARRAY_SIZE(links));
	for (size_t i = 0; i < ARRAY_SIZE(progs); i++) {
		assert_int_equal(list.progs[i].link_known, progs[i].wanted);
		assert_int_equal(list.progs[i].link, progs[i].link);
	}
	assert_true(attached_has_link(&list, 5));
	assert_false(attached_has_link(&list, 6));
	assert_false(attached_has_link(&list, 0));
	assert_true(attached_has_prog(&list, 9));
	assert_false(attached_has_prog(&list, 5));
}

static void test_order(void **state)
{
	static const struct {
		size_t netns;
		uint32_t ifindex;
		enum wire_mode mode;
	} wanted[] = { { 2, 9, 0 }, { 3, 7, 1 }, { 1, 2, 0 }, { 1, 2, 2 },
		       { 1, 3, 1 }, { 4, 1, 1 }, { 0, 1, 1 } };

	for (size_t i = ARRAY_SIZE(wanted); i-- > 0;)
		PROG(.netns = wanted[i].netns, .ifindex = wanted[i].ifindex,
		     .mode = wanted[i].mode);
	attached_sort(&list);
	assert_int_equal(list.nprogs, ARRAY_SIZE(wanted));
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		assert_int_equal(list.progs[i].netns, wanted[i].netns);
		assert_int_equal(list.progs[i].ifindex, wanted[i].ifindex);
		assert_int_equal(list.progs[i].mode, wanted[i].mode);
	}
}

static void fill(void)
{
	struct prog_info info = { .id = 75,
				  .name = "firewall",
				  .tag = { 0x01, 0xff },
				  .load_ns = 1500000000000000001,
				  .uid = 7 };
	struct attached_component component = { .target = 75 };

	PROG(.netns = 1, .ifindex = 3, .ifname = "a\033b", .details.driver = "veth",
	     .native = NATIVE_YES, .mode = WIRE_MODE_GENERIC, .prog = info, .prog_known = true,
	     .link_known = LINK_NONE);
	PROG(.netns = 2, .ifindex = 2, .ifname = "v0", .details.driver = "veth",
	     .native = NATIVE_YES, .mode = WIRE_MODE_DRIVER, .prog = info, .prog_known = true,
	     .link_known = LINK_HOLDS, .link = 44);
	PROG(.netns = 0, .ifindex = 2, .ifname = "v1", .mode = WIRE_MODE_GENERIC, .prog.id = 76);
	attached_add_holder(&list, &(struct attached_holder){ 44, 0, "", (char *)"/sys/fs/bpf/x" });
	attached_add_holder(&list, &(struct attached_holder){ 44, 200, "agent x" });
	attached_add_holder(&list, &(struct attached_holder){ 44, 30, "b\\" });
	attached_add_holder(&list, &(struct attached_holder){ 44, 200, "agent x" });
	attached_add_holder(&list, &(struct attached_holder){ 45, 30, "other" });
	strcpy(component.component.func, "prog1");
	strcpy(component.component.prog.name, "late");
	component.component.prog.id = 91;
	attached_add_component(&list, &component);
	strcpy(component.component.func, "prog0");
	strcpy(component.component.prog.name, "early");
	component.component.prog.id = 92;
	attached_add_component(&list, &component);
	component.target = 77;
	attached_add_component(&list, &component);
	list.devices = 12;
	list.refused = 1;
	list.unreadable = 2;
	attached_sort(&list);
}

static void test_table(void **state)
{
	fill();
	assert_printed(attached_print,
		       /* clang-format off */
		"NETNS         DEVICE  DRIVER  MODE     PROG  NAME      TAG               "
		"LOADED               LINK  HELD BY                               NOTES\n"
		"-             v0      veth    driver   75    firewall  01ff000000000000  "
		"2017/07/14 02:40:00  44    b\\x5c(30),agent x(200),/sys/fs/bpf/x  "
		"components 0:early,1:late\n"
		"red\\x0a       a\\x1bb  veth    generic  75    firewall  01ff000000000000  "
		"2017/07/14 02:40:00  -     -                                     "
		"components 0:early,1:late; generic though the driver supports native\n"
		"/proc/9/fd/3  v1      -       generic  76    ?         ?                 "
		"?                    ?     ?                                     "
		"whether the driver supports native is not known\n"
		       /* clang-format on */
	);
}

static void test_empty_table(void **state)
{
	assert_printed(attached_print,
		       "NETNS  DEVICE  DRIVER  MODE  PROG  NAME  TAG  LOADED  LINK  "
		       "HELD BY  NOTES\n");
	assert_printed(attached_print_notes, "");
	assert_printed(attached_print_json,
		       "{\"v\":1,\"kernel\":\"6.12\",\"attached\":[],\"namespaces\":5,"
		       "\"devices\":0,\"refused\":0,\"unreadable\":0,\"unwalked\":0}\n");
}

static void test_json(void **state)
{
	fill();
	assert_printed(
		attached_print_json,
		"{\"v\":1,\"kernel\":\"6.12\",\"attached\":["
		"{\"mode\":\"driver\",\"dev\":{\"ifindex\":2,\"ifname\":\"v0\",\"netns\":10,"
		"\"netns_pid\":1,\"driver\":\"veth\",\"native\":true},\"prog\":{\"id\":75,"
		"\"name\":\"firewall\",\"tag\":\"01ff000000000000\","
		"\"loaded\":\"2017-07-14T02:40:00.000000001Z\",\"uid\":7,\"components\":["
		"{\"slot\":0,\"func\":\"prog0\",\"id\":92,\"name\":\"early\"},"
		"{\"slot\":1,\"func\":\"prog1\",\"id\":91,\"name\":\"late\"}]},\"link\":{\"id\":44,"
		"\"holders\":[{\"pid\":30,\"comm\":\"b\\\\x5c\"},{\"pid\":200,\"comm\":\"agent "
		"x\"}],"
		"\"pins\":[\"/sys/fs/bpf/x\"]}},"
		"{\"mode\":\"generic\",\"generic_though_native\":true,\"dev\":{\"ifindex\":3,"
		"\"ifname\":\"a\\\\x1bb\",\"netns\":20,\"netns_name\":\"red\\\\x0a\","
		"\"driver\":\"veth\",\"native\":true},\"prog\":{\"id\":75,\"name\":\"firewall\","
		"\"tag\":\"01ff000000000000\",\"loaded\":\"2017-07-14T02:40:00.000000001Z\","
		"\"uid\":7,\"components\":[{\"slot\":0,\"func\":\"prog0\",\"id\":92,"
		"\"name\":\"early\"},{\"slot\":1,\"func\":\"prog1\",\"id\":91,\"name\":\"late\"}]}}"
		","
		"{\"mode\":\"generic\",\"dev\":{\"ifindex\":2,"
		"\"ifname\":\"v1\",\"netns\":30,\"netns_pid\":9,\"netns_path\":\"/proc/9/fd/3\"},"
		"\"prog\":{\"id\":76},\"link_unknown\":true}],\"namespaces\":5,\"devices\":12,"
		"\"refused\":1,"
		"\"unreadable\":2,\"unwalked\":0}\n");
}

static void test_notes(void **state)
{
	fill();
	assert_printed(attached_print_notes,
		       "Links marked ? could not be told apart: several have the same program on "
		       "devices of the same index\n"
		       "1 network namespace could not be looked into\n"
		       "2 processes could not be looked at: what only they hold is missing\n");
	list.unprivileged = true;
	list.refused = 2;
	list.unreadable = 1;
	list.unwalked = 3;
	assert_printed(
		attached_print_notes,
		"Without CAP_SYS_ADMIN names of programs, links and other network namespaces "
		"are not seen: run it as root\n"
		"2 network namespaces could not be looked into\n"
		"1 process could not be looked at: what only it holds is missing\n"
		"3 of the files and folders of BPF file systems could not be read: pins may "
		"be missing\n");
}

/* In a pid namespace of its own. */
static void test_hidden(void **state)
{
	list.are_hidden = true;
	assert_printed(attached_print_notes,
		       "Processes of other pid namespaces are not seen: what only they hold is "
		       "missing\n");
	assert_printed(attached_print_json,
		       "{\"v\":1,\"kernel\":\"6.12\",\"attached\":[],\"namespaces\":5,"
		       "\"devices\":0,\"refused\":0,\"unreadable\":0,\"hidden_processes\":true,"
		       "\"unwalked\":0}\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_links_are_told_apart),
		TEST(test_order),
		TEST(test_table),
		TEST(test_empty_table),
		TEST(test_json),
		TEST(test_notes),
		TEST(test_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
