package io.sexton.streams.core;

/**
 * How much work on many files one record may still do, beyond what it names itself. What is left over waits for the next
 * tick, so that no record keeps Streams from its poll for long (docs/adr/0010). Not thread safe.
 */
final class Budget {
    private static final int LOOK = 1;
    private static final int MOVE = 10;

    private final int perRecord;
    private int left;

    /** @param moves how many files a record may move; it may look at ten times as many */
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

    /** A row was read, and needed nothing. */
    void looked() {
        left -= LOOK;
    }

    /** A row was written, and its place in an index. */
    void moved() {
        left -= MOVE;
    }
}
