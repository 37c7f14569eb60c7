package io.sexton.streams.core;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names a command by the tick that made it, so that it is the same in every replay. */
record CommandId(int partition, long offset, int index) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,10})-([0-9]{1,19})-([0-9]{1,10})");

    static Optional<CommandId> read(String id) {
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

    static CommandId parse(String id) {
        return read(id).orElseThrow(() -> new IllegalArgumentException("not partition-offset-index: " + id));
    }

    @Override
    public String toString() {
        return partition + "-" + offset + "-" + index;
    }
}
