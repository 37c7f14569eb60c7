package io.sexton.client.internal;

import io.sexton.client.spi.ClientPorts;
import io.sexton.client.spi.LogWriter;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import java.time.Duration;

/** The objects and settings that the parts of one client share. */
public record ClientParts(
        String producer,
        LogWriter log,
        EventSender sender,
        NoticeRouter notices,
        Ids ids,
        Threads threads,
        Duration orphanLinger,
        Duration answerTimeout) {

    /**
     * Returns the parts of a client.
     *
     * @param producer the producer that every event names
     */
    public static ClientParts of(ClientPorts ports, String producer, Duration orphanLinger, Duration answerTimeout) {
        return new ClientParts(
                producer,
                ports.log(),
                new EventSender(ports.log(), producer),
                new NoticeRouter(sink -> ports.answers(Topics.NOTICES, sink)),
                new Ids(ports.processId()),
                new Threads(ports.clock(), ports.timers(), ports.sends(), ports.callbacks()),
                orphanLinger,
                answerTimeout);
    }

    /** Returns the clock on which leases, time-to-lives and timeouts are counted. */
    public MonotonicClock clock() {
        return threads.clock();
    }

    /** Returns the maximum size of an event of a region, in bytes. */
    public int maxEventBytes(RegionId region) {
        return log.maxValueBytes(region);
    }
}
