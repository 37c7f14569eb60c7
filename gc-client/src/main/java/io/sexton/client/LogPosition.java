package io.sexton.client;

/**
 * Where the log keeps a record: its evidence in every later explanation (I7).
 *
 * @param partition the partition, the same number for a region in every topic that is keyed by region
 * @param offset the offset within it; later records of the region have higher ones
 */
public record LogPosition(int partition, long offset) {

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
