package io.sexton.client;

import java.util.List;

/** The answer to a pin or to its change. */
public sealed interface PinAnswer {

    /** The acceptance: the pin holds from its position in the log on, while {@link ReaderPin#isSure} returns true. */
    record Accepted() implements PinAnswer {}

    /**
     * The rejection of a pin or of its change. If a change was rejected, the accepted pin stays in force.
     *
     * @param condemned the paths that are condemned, deleted, or may be about to be deleted; empty for pins by version
     * @param detail the reason, for people
     */
    record Rejected(List<String> condemned, String detail) implements PinAnswer {}
}
