package io.sexton.demo.proof;

import io.sexton.proto.Times;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The life of a reader's pin, by the log alone: from its accepted heartbeat to its end, which is either its
 * QueryFinished, or, without one, its ttl after its last heartbeat.
 *
 * @param accepted offset of the first accepted heartbeat on gc.events
 * @param end the earliest end of its protection
 * @param finished offset of its QueryFinished; above all offsets if there is none
 */
record PinSpan(String readerId, int partition, long accepted, Instant end, long finished) {

    static final long NEVER = Long.MAX_VALUE;

    /** Returns true if it ended without a QueryFinished. */
    boolean isSilent() {
        return finished == NEVER;
    }

    /** Returns true if the pin was valid for a decision by a tick at that offset and that time. */
    boolean livesAt(long tickOffset, Instant decidedAt) {
        boolean over = isSilent() ? decidedAt.isAfter(end) : finished < tickOffset;
        return accepted < tickOffset && !over;
    }

    /** Reads the pins of all readers that were ever accepted, by reader. */
    static Map<String, PinSpan> read(AuditLog log) {
        Set<List<Object>> accepted = new HashSet<>();
        log.notices().stream()
                .filter(notice -> notice.value().hasPinVerdict()
                        && notice.value().getPinVerdict().getAccepted())
                .forEach(notice -> accepted.add(List.of(
                        notice.partition(), notice.value().getPinVerdict().getOffset())));
        Map<String, List<Logged<RegionEvent>>> byReader = new HashMap<>();
        for (Logged<RegionEvent> event : log.events()) {
            String reader = event.value().hasQueryHeartbeat()
                    ? event.value().getQueryHeartbeat().getReaderId()
                    : event.value().getQueryFinished().getReaderId();
            byReader.computeIfAbsent(reader, unseen -> new ArrayList<>()).add(event);
        }
        byReader.remove("");
        Map<String, PinSpan> spans = new HashMap<>();
        byReader.forEach((reader, events) -> events.stream()
                .filter(event -> accepted.contains(List.<Object>of(event.partition(), event.offset())))
                .findFirst()
                .ifPresent(first -> spans.put(reader, span(reader, first, events))));
        return spans;
    }

    private static PinSpan span(String reader, Logged<RegionEvent> first, List<Logged<RegionEvent>> events) {
        Logged<RegionEvent> last = events.get(events.size() - 1);
        if (last.value().hasQueryFinished()) {
            return new PinSpan(reader, first.partition(), first.offset(), last.at(), last.offset());
        }
        Instant dead = last.at().plus(Times.of(last.value().getQueryHeartbeat().getTtl()));
        return new PinSpan(reader, first.partition(), first.offset(), dead, NEVER);
    }
}
