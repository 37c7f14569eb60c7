package io.sexton.service;

/** The exit codes of the process, the same for every command. The launcher adds 70, for a machine without Java. */
public final class ExitCode {

    /** All of it is done. */
    public static final int DONE = 0;

    /** Done, but for some lines of the input that could not be used; each was reported with its number. */
    public static final int PARTLY = 1;

    /** A simulation broke a promise: a bug of Sexton's, or of the simulation. */
    public static final int BROKEN = 1;

    /** The command line or a configuration file is wrong, or a file that it names does not exist. Nothing was done. */
    public static final int USAGE = 2;

    /** Not completed, because of the environment: a broker, a disk, the locale. */
    public static final int FAILED = 3;

    /** A bug of Sexton's. */
    public static final int INTERNAL_ERROR = 70;

    /**
     * The reader of standard output has closed it, as in {@code sexton export | head}: the code that a shell shows for
     * SIGPIPE.
     */
    public static final int READER_GONE = 141;

    private ExitCode() {}
}
