package io.sexton.client;

import java.time.Duration;

/** What the locks of one client share. */
record LockParts(String owner, LogWriter log, LockRouter router, Ids ids, Threads threads, Duration answerTimeout) {}
