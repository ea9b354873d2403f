// SPDX-License-Identifier: GPL-2.0
#include "cmd/losses.h"

#include "util/log.h"

uint64_t losses_tell(struct losses *losses, struct wire_stats now)
{
	struct wire_stats *before = &losses->reported;
	uint64_t lost = now.lost - before->lost + now.untracked - before->untracked + now.stale -
			before->stale;

	if (lost)
		log_warning("lost %llu operations (%llu: the buffer was full, %llu: they "
			    "could not be followed, %llu: their end was not seen)",
			    (unsigned long long)lost, (unsigned long long)(now.lost - before->lost),
			    (unsigned long long)(now.untracked - before->untracked),
			    (unsigned long long)(now.stale - before->stale));
	if (now.unstacked != before->unstacked)
		log_warning("the stacks of %llu operations could not be taken",
			    (unsigned long long)(now.unstacked - before->unstacked));
	if (now.unfollowed != before->unfollowed)
		log_warning("%llu processes of the command could not be followed, as there were "
			    "too many at a time: what they do is told as foreign, if at all",
			    (unsigned long long)(now.unfollowed - before->unfollowed));
	if (losses->bad_records != losses->broken)
		log_warning("%llu records could not be read",
			    (unsigned long long)(losses->bad_records - losses->broken));
	losses->broken = losses->bad_records;
	*before = now;
	return lost;
}

uint64_t losses_tell_before(struct losses *losses, const struct wire_op *op)
{
	struct wire_stats then = losses->reported;
	int32_t lost = op->lost - (uint32_t)then.lost;

	if (lost <= 0)
		return 0;
	then.lost += lost;
	return losses_tell(losses, then);
}

void losses_sum_up(const struct prober *prober)
{
	struct wire_stats stats = prober_stats(prober);
	uint64_t missed = prober_missed(prober);
	uint64_t lost = stats.lost + stats.untracked + stats.stale;

	if (lost)
		log_warning("%llu operations were lost in all", (unsigned long long)lost);
	if (stats.deep)
		log_warning("%llu calls were nested too deeply to be recorded",
			    (unsigned long long)stats.deep);
	if (stats.filtered)
		log_info("%llu operations were filtered in the kernel",
			 (unsigned long long)stats.filtered);
	if (missed)
		log_warning("the kernel skipped probes up to %llu times",
			    (unsigned long long)missed);
}
