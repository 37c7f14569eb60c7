package io.sexton.cli;

/** A command that runs until it is stopped, and therefore logs its work. */
public interface LongRunning {}
