package io.sexton.cli;

/**
 * A command that reads or writes the names of files in a store. It does not start where the JVM cannot handle UTF-8
 * names; the launcher sets the locale for that.
 */
public interface NamesFiles {}
