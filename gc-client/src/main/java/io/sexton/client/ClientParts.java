package io.sexton.client;

import java.time.Duration;

/** The objects and settings that the parts of one client share. */
record ClientParts(
        String producer,
        EventSender sender,
        NoticeRouter notices,
        MonotonicClock clock,
        Ids ids,
        Duration orphanLinger,
        Duration answerTimeout) {}
