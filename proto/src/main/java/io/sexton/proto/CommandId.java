package io.sexton.proto;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a delete command by the tick that made it, so that it is the same in every replay (I8). In text:
 * {@code partition-offset-index}, in decimal digits. Immutable and safe for use by any thread.
 *
 * @param partition of {@code gc.events}
 * @param offset of the tick in it
 * @param index which of the tick's commands, from 0
 */
public record CommandId(int partition, long offset, int index) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,10})-([0-9]{1,19})-([0-9]{1,10})");

    /** The command with this name; empty if it is none. */
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
     * The command with this name.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static CommandId parse(String id) {
        return read(id).orElseThrow(() -> new IllegalArgumentException("not partition-offset-index: " + id));
    }

    @Override
    public String toString() {
        return partition + "-" + offset + "-" + index;
    }
}
