package io.sexton.client.internal;

import io.sexton.client.spi.LogWriter;
import java.time.Duration;

/** The objects and settings that the locks of one client share. */
record LockParts(String owner, LogWriter log, LockRouter router, Ids ids, Threads threads, Duration answerTimeout) {}
