package io.sexton.streams.apply;

/**
 * The work that one record may still do on files that it does not name. Work beyond it waits for the next tick, so that
 * no record delays the poll of Kafka Streams for long (docs/adr/0010). Not thread safe.
 */
final class Budget {
    private static final int LOOK = 1;
    private static final int MOVE = 10;

    private final int perRecord;
    private int left;

    /** @param moves files that a record may move; it may read ten times as many */
    Budget(int moves) {
        perRecord = moves * MOVE;
        refill();
    }

    void refill() {
        left = perRecord;
    }

    boolean isSpent() {
        return left <= 0;
    }

    /** Counts a row that was read and needed no change. */
    void looked() {
        left -= LOOK;
    }

    /** Counts a row that was written, with its index entry. */
    void moved() {
        left -= MOVE;
    }
}
