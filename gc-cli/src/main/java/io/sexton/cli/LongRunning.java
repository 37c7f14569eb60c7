package io.sexton.cli;

/** A command that runs until it is stopped, and so tells in its log what it does. */
public interface LongRunning {}
