package io.sexton.deleter.core;

import io.sexton.proto.RegionId;

/**
 * One attempt to hold a region's lock, from the request to the release. News of an attempt that is over is ignored.
 *
 * @param region the region to lock
 * @param number distinguishes the attempts of one deleter; only grows
 */
public record LockTicket(RegionId region, long number) {}
