package io.sexton.client;

/**
 * The position of a record in the log. Later explanations cite it as evidence (I7).
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
