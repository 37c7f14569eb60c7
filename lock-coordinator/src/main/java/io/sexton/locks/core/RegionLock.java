package io.sexton.locks.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The holders and waiters of a region's lock. Immutable, so that deciders can only read it.
 *
 * @param claims claims in the order of their tokens, which is the order of the requests
 */
record RegionLock(List<Claim> claims) {
    static final RegionLock FREE = new RegionLock(List.of());

    RegionLock {
        claims = List.copyOf(claims);
    }

    boolean isFree() {
        return claims.isEmpty();
    }

    Stream<Claim> holders() {
        return claims.stream().filter(Claim::isHeld);
    }

    Stream<Claim> waiters() {
        return claims.stream().filter(claim -> !claim.isHeld());
    }

    Optional<Claim> find(FencingToken token) {
        return claims.stream().filter(claim -> claim.token().equals(token)).findFirst();
    }

    Optional<Claim> find(Requester requester) {
        return claims.stream()
                .filter(claim -> claim.requester().equals(requester))
                .findFirst();
    }

    /** Returns the oldest claim of the owner. */
    Optional<Claim> findOf(String owner) {
        return claims.stream().filter(claim -> claim.isOf(owner)).findFirst();
    }

    /** Returns the number of waiters with a lower token. */
    int ahead(FencingToken token) {
        return (int)
                waiters().filter(waiter -> waiter.token().compareTo(token) < 0).count();
    }

    /** Returns whether the mode is compatible with all holders. WARNING: I4. */
    boolean isCompatible(Mode mode) {
        return holders().allMatch(holder -> holder.mode().isCompatibleWith(mode));
    }

    /** Returns the claim whose deadline has passed; of several the one with the earliest deadline. */
    Optional<Claim> firstPastDeadline(Instant clock) {
        return claims.stream()
                .filter(claim -> claim.isPastDeadline(clock))
                .min(Comparator.comparing(RegionLock::endOf).thenComparing(Claim::token));
    }

    /** Returns the first clock reading at which a deadline has passed; empty while every deadline awaits a tick. */
    Optional<Instant> nextDeadline() {
        return claims.stream()
                .filter(claim -> !claim.awaitsTick())
                .map(RegionLock::endOf)
                .min(Comparator.naturalOrder());
    }

    boolean awaitsTick() {
        return claims.stream().anyMatch(Claim::awaitsTick);
    }

    /** Returns this lock with the claim, which replaces the one with the same token. */
    RegionLock with(Claim claim) {
        List<Claim> next = new ArrayList<>(claims);
        next.removeIf(old -> old.token().equals(claim.token()));
        next.add(claim);
        next.sort(Comparator.comparing(Claim::token));
        return new RegionLock(next);
    }

    RegionLock without(Claim claim) {
        return new RegionLock(claims.stream()
                .filter(other -> !other.token().equals(claim.token()))
                .toList());
    }

    RegionLock countedFrom(Instant tick) {
        return new RegionLock(
                claims.stream().map(claim -> claim.countedFrom(tick)).toList());
    }

    private static Instant endOf(Claim claim) {
        return switch (claim.deadline()) {
            case Deadline.At at -> at.firstInstantPast();
            case Deadline.AfterNextTick later -> Instant.MAX;
        };
    }
}
