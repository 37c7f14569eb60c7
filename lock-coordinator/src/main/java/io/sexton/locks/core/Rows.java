package io.sexton.locks.core;

import io.sexton.locks.core.row.ClaimRow;
import io.sexton.locks.core.row.EndingRow;
import io.sexton.locks.core.row.RegionRow;
import io.sexton.v1.LockMode;
import java.time.Duration;
import java.time.Instant;

/** The stored form of claims and endings. No other class converts milliseconds. */
final class Rows {
    private Rows() {}

    static RegionLock read(RegionRow row) {
        return new RegionLock(row.getClaimsList().stream().map(Rows::read).toList());
    }

    static RegionRow.Builder write(RegionLock lock) {
        RegionRow.Builder row = RegionRow.newBuilder();
        lock.claims().forEach(claim -> row.addClaims(write(claim)));
        return row;
    }

    private static Claim read(ClaimRow row) {
        return new Claim(
                new FencingToken(row.getToken()),
                new Requester(row.getOwner(), row.getRequestId()),
                mode(row.getMode()),
                row.getPurpose(),
                Duration.ofMillis(row.getLeaseMs()),
                row.getHeld() ? Claim.State.HELD : Claim.State.WAITING,
                switch (row.getDeadlineCase()) {
                    case FROM_NEXT_TICK_MS -> new Deadline.AfterNextTick(Duration.ofMillis(row.getFromNextTickMs()));
                    case END_MS -> new Deadline.At(Instant.ofEpochMilli(row.getEndMs()));
                    case DEADLINE_NOT_SET ->
                        throw new IllegalStateException("a stored claim has no deadline: the store is damaged");
                });
    }

    private static ClaimRow write(Claim claim) {
        ClaimRow.Builder row = ClaimRow.newBuilder()
                .setToken(claim.token().value())
                .setOwner(claim.requester().owner())
                .setRequestId(claim.requester().requestId())
                .setMode(claim.mode().toProto())
                .setPurpose(claim.purpose())
                .setLeaseMs(claim.lease().toMillis())
                .setHeld(claim.isHeld());
        switch (claim.deadline()) {
            case Deadline.AfterNextTick later ->
                row.setFromNextTickMs(later.length().toMillis());
            case Deadline.At at -> row.setEndMs(at.end().toEpochMilli());
        }
        return row.build();
    }

    private static Mode mode(LockMode stored) {
        return switch (stored) {
            case SHARED -> Mode.SHARED;
            case UPDATE -> Mode.UPDATE;
            case EXCLUSIVE -> Mode.EXCLUSIVE;
            case LOCK_MODE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("a stored claim has no mode: the store is damaged");
        };
    }

    static Ending read(EndingRow row) {
        return new Ending(
                new FencingToken(row.getToken()),
                switch (row.getHowCase()) {
                    case RELEASED -> new Ending.Kind.Released();
                    case EXPIRED -> new Ending.Kind.Expired();
                    case REJECTED -> new Ending.Kind.Rejected(row.getRejected());
                    case HOW_NOT_SET ->
                        throw new IllegalStateException("a stored ending has no kind: the store is damaged");
                });
    }

    static EndingRow write(Ending ending) {
        EndingRow.Builder row = EndingRow.newBuilder().setToken(ending.token().value());
        switch (ending.kind()) {
            case Ending.Kind.Released kind -> row.setReleased(true);
            case Ending.Kind.Expired kind -> row.setExpired(true);
            case Ending.Kind.Rejected kind -> row.setRejected(kind.reason());
        }
        return row.build();
    }
}
