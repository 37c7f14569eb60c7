package io.sexton.cli;

/**
 * A command that reads or writes the names of files in a store. It does not start where the JVM cannot handle names that
 * are UTF-8: the launcher sets the locale that is needed.
 */
public interface NamesFiles {}
