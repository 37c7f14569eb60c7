package io.sexton.fold.topology;

import io.sexton.fold.state.PersistentStores;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offset of the last record that was applied to a partition's state. It is stored with the state, in the same
 * transactions, so it always matches the state. The position of the consumer group does not: Kafka deletes that of a group
 * without members after a week, and operators reset it. Records that are then read again must not be applied again: they
 * would undo later facts (I1, I2).
 *
 * <p>Not thread safe.
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
     * Reads the stored offset.
     *
     * @param store of the partition, restored
     * @param log topic and partition, for log lines
     */
    AppliedOffset(KeyValueStore<Bytes, byte[]> store, String log) {
        this.store = store;
        this.log = log;
        byte[] stored = store.get(KEY);
        this.applied = stored == null ? NONE : ByteBuffer.wrap(stored).getLong();
    }

    /** Returns the builder of the store. */
    static StoreBuilder<KeyValueStore<Bytes, byte[]>> store() {
        return PersistentStores.of(STORE, true);
    }

    /** Returns whether the record must be applied, because it is not part of the state. It counts as applied from then on. */
    boolean advance(long offset) {
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
