package io.sexton.demo.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The writes to one region: inserts, updates and deletes of rows, some rows far more often than others.
 *
 * <p>Each write is a function of the seed, the region and the write's number alone. So the expected contents after any
 * number of writes can be computed without the database ({@link ExpectedContents}).
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class Workload {

    private static final int SHORTEST_VALUE = 64;
    private static final int LONGEST_VALUE = 320;

    private final long seed;
    private final int rows;

    /**
     * @param seed of all regions
     * @param region this region's name
     * @param rows how many different rows it writes to
     */
    public Workload(long seed, String region, int rows) {
        this.seed = mixed(seed ^ mixed(region.hashCode()));
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    /** Returns the write with this number, counted from 1. */
    Operation operation(long number) {
        SplittableRandom random = new SplittableRandom(mixed(seed + number));
        // Half of all writes go to a tenth of the rows: these are rewritten again and again.
        int row = random.nextInt(random.nextBoolean() ? rows : Math.max(1, rows / 10));
        return random.nextInt(8) == 0 ? new Operation.Delete(number, row) : new Operation.Put(number, row);
    }

    /**
     * Returns the value that the write with this number puts. It begins with the number, which identifies the write.
     */
    byte[] value(long number) {
        SplittableRandom random = new SplittableRandom(mixed(~seed + number));
        byte[] value = new byte[random.nextInt(SHORTEST_VALUE, LONGEST_VALUE)];
        random.nextBytes(value);
        ByteBuffer.wrap(value).putLong(number);
        return value;
    }

    /** Returns the number of the write that a value names; 0 if it is too short to contain one. */
    static long writtenBy(byte[] value) {
        return value.length < Long.BYTES ? 0 : ByteBuffer.wrap(value).getLong();
    }

    static byte[] key(int row) {
        return String.format(Locale.ROOT, "row-%08d", row).getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the row of a key that {@link #key} made. */
    static int row(byte[] key) {
        String text = new String(key, StandardCharsets.US_ASCII);
        if (!text.matches("row-[0-9]{8}")) {
            throw new IllegalArgumentException("not a key of this workload: " + text);
        }
        return Integer.parseInt(text.substring("row-".length()));
    }

    /** Spreads neighbouring numbers; the finalizer of MurmurHash3. */
    private static long mixed(long number) {
        long z = (number ^ (number >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
