package io.sexton.fold.topology;

import io.sexton.fold.state.PersistentStores;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to where a partition's log is in its state: kept with the state, in the same transactions, and so always true of it.
 * The position of the consumer group is not: Kafka forgets that of a group that was away for a week, or an operator resets
 * it. What is then read again has been applied, and applied to what came of it, it would undo later facts (I1, I2).
 *
 * <p>For one thread.
 */
public final class AppliedOffset {

    /** The store's name, and with it that of its changelog. */
    public static final String STORE = "position";

    private static final Logger LOG = LoggerFactory.getLogger(AppliedOffset.class);
    private static final Bytes KEY = Bytes.wrap(new byte[] {0});
    private static final long NONE = -1;

    private final KeyValueStore<Bytes, byte[]> store;
    private final String log;
    private long applied;
    private boolean skipping;

    /**
     * @param store the partition's, once it is restored
     * @param log names topic and partition to people
     */
    public AppliedOffset(KeyValueStore<Bytes, byte[]> store, String log) {
        this.store = store;
        this.log = log;
        byte[] kept = store.get(KEY);
        this.applied = kept == null ? NONE : ByteBuffer.wrap(kept).getLong();
    }

    /** The store that it is kept in. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> store() {
        return PersistentStores.cached(STORE);
    }

    /** Whether the record is to be applied: the state does not have it yet. From then on it counts as applied. */
    public boolean advance(long offset) {
        if (offset <= applied) {
            if (!skipping) {
                LOG.warn(
                        "{} is read again from offset {}; the state has it up to {}, and nothing is applied twice",
                        log,
                        offset,
                        applied);
            }
            skipping = true;
            return false;
        }
        skipping = false;
        applied = offset;
        store.put(KEY, ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
        return true;
    }
}
