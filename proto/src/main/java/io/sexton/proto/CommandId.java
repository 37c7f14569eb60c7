package io.sexton.proto;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a delete command, which names the tick that led to it, so that it is the same in every replay (I8). In
 * text: {@code partition-offset-index}, in decimal digits. Immutable and safe for use by any thread.
 *
 * @param partition partition of {@code gc.events}
 * @param offset offset of the tick in the partition
 * @param index index among the commands of the tick, from 0
 */
public record CommandId(int partition, long offset, int index) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,10})-([0-9]{1,19})-([0-9]{1,10})");

    /** Returns the command id with this text; empty if the text is not a command id. */
    public static Optional<CommandId> read(String id) {
        Matcher matcher = FORM.matcher(id);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CommandId(
                    Integer.parseInt(matcher.group(1)),
                    Long.parseLong(matcher.group(2)),
                    Integer.parseInt(matcher.group(3))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the command id with this text.
     *
     * @throws IllegalArgumentException if the text is not a command id
     */
    public static CommandId parse(String id) {
        return read(id).orElseThrow(() -> new IllegalArgumentException("not partition-offset-index: " + id));
    }

    @Override
    public String toString() {
        return partition + "-" + offset + "-" + index;
    }
}
