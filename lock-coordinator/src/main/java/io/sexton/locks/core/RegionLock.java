package io.sexton.locks.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who holds a region's lock and who waits for it. Immutable: what deciders are given.
 *
 * @param claims in the order of their tokens, which is the order in which they came
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

    /** Any claim of the owner, the oldest one first. */
    Optional<Claim> findOf(String owner) {
        return claims.stream().filter(claim -> claim.isOf(owner)).findFirst();
    }

    /** How many wait that came before this one. */
    int ahead(FencingToken token) {
        return (int)
                waiters().filter(waiter -> waiter.token().compareTo(token) < 0).count();
    }

    /** WARNING: I4. Whether the mode can be held beside all that are held now. */
    boolean isCompatible(Mode mode) {
        return holders().allMatch(holder -> holder.mode().isCompatibleWith(mode));
    }

    /** The claim that is over at this clock, of several the one that was over first. */
    Optional<Claim> firstOver(Instant clock) {
        return claims.stream()
                .filter(claim -> claim.isOver(clock))
                .min(Comparator.comparing(RegionLock::overAt).thenComparing(Claim::token));
    }

    /** When the clock is next at something that is over; empty while every deadline awaits a tick. */
    Optional<Instant> nextOver() {
        return claims.stream()
                .filter(claim -> !claim.awaitsTick())
                .map(RegionLock::overAt)
                .min(Comparator.naturalOrder());
    }

    boolean awaitsTick() {
        return claims.stream().anyMatch(Claim::awaitsTick);
    }

    /** With this claim, in the place of the one with its token, or as the newest. */
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

    private static Instant overAt(Claim claim) {
        return switch (claim.deadline()) {
            case Deadline.At at -> at.over();
            case Deadline.AfterNextTick unknown -> Instant.MAX;
        };
    }
}
