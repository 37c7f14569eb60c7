package io.sexton.deleter.core;

import io.sexton.proto.RegionId;

/**
 * One attempt to hold a region's lock, from asking to releasing. What is told of an attempt that is over is ignored.
 *
 * @param region the region to lock
 * @param number tells the attempts of one deleter apart; only grows
 */
public record LockTicket(RegionId region, long number) {}
