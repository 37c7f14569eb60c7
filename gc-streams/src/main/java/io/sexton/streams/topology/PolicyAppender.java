package io.sexton.streams.topology;

import io.sexton.fold.topology.FoldListener;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of the configured policies that a partition's log lacks, once after each start. A later PolicySet of an
 * operator for the same glob is in force until the next start. Not thread safe.
 */
final class PolicyAppender implements FoldListener<PartitionFold> {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyAppender.class);

    private final ConfiguredPolicies configured;
    private @Nullable CompletableFuture<Void> appended;

    PolicyAppender(ConfiguredPolicies configured) {
        this.configured = configured;
    }

    @Override
    public void atInterval(int partition, PartitionFold fold, Ticker ticker) {
        if (appended == null || appended.isCompletedExceptionally()) {
            appended = CompletableFuture.allOf(configured.missingIn(fold.policies()).stream()
                    .map(policy -> append(policy, partition, ticker))
                    .toArray(CompletableFuture[]::new));
        }
    }

    private static CompletableFuture<Void> append(PolicySet policy, int partition, Ticker ticker) {
        LOG.info(
                "appending the configured policy of regions '{}' to {}-{}",
                policy.getRegionGlob(),
                Topics.EVENTS,
                partition);
        return ticker.append(
                partition,
                RegionEvent.newBuilder()
                        .setProducer("gc-streams")
                        .setPolicySet(policy)
                        .build()
                        .toByteArray());
    }
}
