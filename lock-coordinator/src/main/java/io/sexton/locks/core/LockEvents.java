package io.sexton.locks.core;

import com.google.protobuf.Timestamp;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.LockEvent;
import java.time.Instant;

/** The conversion of decisions to events of the schema. */
final class LockEvents {
    private LockEvents() {}

    /**
     * Returns the event that reports a decision.
     *
     * @param time log time of the record that led to the decision (the design writes {@code @})
     */
    static LockEvent of(RegionId region, Decision decision, Instant time) {
        LockEvent.Builder event = LockEvent.newBuilder().setRegion(region.value());
        return switch (decision) {
            case Decision.Grant d -> granted(about(event, d.claim()), d.claim(), time);
            case Decision.GrantAgain d -> granted(about(event, d.claim()), d.claim(), time);
            case Decision.Queue d -> queued(about(event, d.claim()), d.ahead());
            case Decision.QueueAgain d -> queued(about(event, d.claim()), d.ahead());
            case Decision.Renew d ->
                about(event, d.claim().token(), d.by())
                        .setRenewed(LockEvent.Renewed.newBuilder().setLeaseUntil(leaseUntil(d.claim(), time)))
                        .build();
            case Decision.Release d -> released(about(event, d.claim().token(), d.by()));
            case Decision.ReleaseNothing d -> released(about(event, d.token(), d.by()));
            case Decision.Expire d -> expired(about(event, d.claim()));
            case Decision.TimeOut d -> rejected(about(event, d.claim()), d.reason());
            case Decision.RejectAcquire d -> rejected(about(event, d.token(), d.requester()), d.reason());
            case Decision.RejectRequest d -> rejected(about(event, d.token(), d.by()), d.reason());
            case Decision.RepeatEnding d -> {
                about(event, d.ending().token(), d.requester());
                yield switch (d.ending().kind()) {
                    case Ending.Kind.Released kind -> released(event);
                    case Ending.Kind.Expired kind -> expired(event);
                    case Ending.Kind.Rejected kind -> rejected(event, kind.reason());
                };
            }
            case Decision.RequestYield d ->
                about(event, d.holder())
                        .setYieldRequested(LockEvent.YieldRequested.newBuilder().setPurpose(d.purpose()))
                        .build();
        };
    }

    private static LockEvent.Builder about(LockEvent.Builder event, Claim claim) {
        return about(event, claim.token(), claim.requester());
    }

    private static LockEvent.Builder about(LockEvent.Builder event, FencingToken token, Requester requester) {
        return event.setToken(token.value()).setOwner(requester.owner()).setRequestId(requester.requestId());
    }

    private static LockEvent granted(LockEvent.Builder event, Claim claim, Instant time) {
        return event.setGranted(LockEvent.Granted.newBuilder()
                        .setMode(claim.mode().toProto())
                        .setLeaseUntil(leaseUntil(claim, time)))
                .build();
    }

    /** Returns an estimate: the lease is counted from a tick that has not been written yet. */
    private static Timestamp leaseUntil(Claim claim, Instant time) {
        return Times.toProto(time.plus(claim.lease()));
    }

    private static LockEvent queued(LockEvent.Builder event, int ahead) {
        return event.setQueued(LockEvent.Queued.newBuilder().setAhead(ahead)).build();
    }

    private static LockEvent released(LockEvent.Builder event) {
        return event.setReleased(LockEvent.Released.getDefaultInstance()).build();
    }

    private static LockEvent expired(LockEvent.Builder event) {
        return event.setExpired(LockEvent.Expired.getDefaultInstance()).build();
    }

    private static LockEvent rejected(LockEvent.Builder event, String reason) {
        return event.setRejected(LockEvent.Rejected.newBuilder().setReason(reason))
                .build();
    }
}
