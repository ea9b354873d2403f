// SPDX-License-Identifier: GPL-2.0
#include "kernel/ethtool.h"

#include "util/cleanup.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#define FEATURES_MAX 1024

static bool ask(int socket, const char *name, void *command)
{
	struct ifreq request = { .ifr_data = command };

	memcpy(request.ifr_name, name, strnlen(name, sizeof(request.ifr_name)));
	return !ioctl(socket, SIOCETHTOOL, &request);
}

static void read_channels(int socket, const char *name, struct ethtool_state *ret)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };

	if (!ask(socket, name, &channels))
		return;
	ret->has_channels = true;
	ret->rx = channels.rx_count;
	ret->tx = channels.tx_count;
	ret->combined = channels.combined_count;
	ret->max_rx = channels.max_rx;
	ret->max_tx = channels.max_tx;
	ret->max_combined = channels.max_combined;
}

/* How many features this kernel knows, 0 if that can not be had. */
static uint32_t count_features(int socket, const char *name)
{
	struct {
		struct ethtool_sset_info info;
		uint32_t count;
	} sets = { .info = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES } };

	if (!ask(socket, name, &sets) || !sets.info.sset_mask || sets.count > FEATURES_MAX)
		return 0;
	return sets.count;
}

static void read_feature(const struct ethtool_gfeatures *features, const char *name, uint32_t index,
			 struct ethtool_state *ret)
{
	bool active = features->features[index / 32].active >> index % 32 & 1;

	if (!strncmp(name, "rx-lro", ETH_GSTRING_LEN))
		ret->lro = active;
	else if (!strncmp(name, "rx-gro-hw", ETH_GSTRING_LEN))
		ret->gro_hw = active;
}

/* Which bit a feature has differs between kernels: names tell. */
static void read_features(int socket, const char *name, struct ethtool_state *ret)
{
	_cleanup_(free_pointer) struct ethtool_gstrings *strings = NULL;
	_cleanup_(free_pointer) struct ethtool_gfeatures *features = NULL;
	uint32_t count = count_features(socket, name), blocks = (count + 31) / 32;

	if (!count)
		return;
	strings = calloc(1, sizeof(*strings) + (size_t)count * ETH_GSTRING_LEN);
	features = calloc(1, sizeof(*features) + blocks * sizeof(features->features[0]));
	if (!strings || !features)
		return;
	*strings = (struct ethtool_gstrings){ ETHTOOL_GSTRINGS, ETH_SS_FEATURES, count };
	*features = (struct ethtool_gfeatures){ ETHTOOL_GFEATURES, blocks };
	if (!ask(socket, name, strings) || strings->len != count || !ask(socket, name, features))
		return;
	for (uint32_t i = 0; i < count; i++)
		read_feature(features, (const char *)strings->data + (size_t)i * ETH_GSTRING_LEN, i,
			     ret);
}

void ethtool_read(int socket, const char *name, struct ethtool_state *ret)
{
	*ret = (struct ethtool_state){};
	read_channels(socket, name, ret);
	read_features(socket, name, ret);
}
