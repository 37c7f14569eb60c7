package io.sexton.deleter.core;

import java.time.Instant;

/** The treatment of the files of a storage call. */
public sealed interface Treatment {

    /** They are deleted. */
    record Delete() implements Treatment {}

    /** They are looked at, and stay. */
    record DryRun() implements Treatment {}

    /**
     * They are moved to the store's trash.
     *
     * @param command the name under which they lie there
     */
    record Trash(CommandName command) implements Treatment {}

    /**
     * They are archived, and what is archived durably is deleted.
     *
     * @param command the name under which they are archived
     */
    record Archive(CommandName command) implements Treatment {}

    /**
     * The name of a command where its files are kept. The same however often the command is delivered.
     *
     * @param id its id, fit to be one segment of a path
     * @param decidedAt when gc-streams decided it, by the clock of the log
     */
    record CommandName(String id, Instant decidedAt) {}
}
