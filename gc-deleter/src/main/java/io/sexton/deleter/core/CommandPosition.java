package io.sexton.deleter.core;

/**
 * The position of the deleters in a partition of the commands, as it is committed.
 *
 * @param nextOffset the offset to resume from: every command below it is settled, and its report is published
 * @param settled commands above it that are settled, too. WARNING: they are delivered again, and must not be carried out
 *     again: their reports are published, so their files can have become live without a revoke (I1)
 */
public record CommandPosition(long nextOffset, SettledOffsets settled) {

    /** Returns the position at an offset, with nothing settled above it. */
    public static CommandPosition at(long nextOffset) {
        return new CommandPosition(nextOffset, SettledOffsets.NONE);
    }

    /** Returns the metadata that is committed with the offset; empty if nothing is settled above it. */
    public String metadata() {
        return settled.text(nextOffset);
    }

    /**
     * Returns the position of a committed offset.
     *
     * @throws IllegalArgumentException if the metadata is not of {@link #metadata}
     */
    public static CommandPosition of(long nextOffset, String metadata) {
        return new CommandPosition(nextOffset, SettledOffsets.parse(nextOffset, metadata));
    }
}
