package io.sexton.client;

import java.util.List;

/** What Sexton says to a pin. */
public sealed interface PinAnswer {

    /** The pin holds from its place in the log on, for as long as {@link ReaderPin#isSure}. */
    record Accepted() implements PinAnswer {}

    /**
     * The pin was not made, or not changed. Where it was a change of an accepted pin, that one stays in force.
     *
     * @param condemned the paths that are condemned, gone, or may be about to be deleted; empty for pins by version
     * @param detail why, for people
     */
    record Rejected(List<String> condemned, String detail) implements PinAnswer {}
}
