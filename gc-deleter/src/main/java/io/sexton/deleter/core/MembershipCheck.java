package io.sexton.deleter.core;

/**
 * An offset commit that proves membership: the group coordinator accepts it only from a member of the present generation.
 * Whoever takes the partition over later needs the region's lock first, which was granted to this deleter before the
 * commit (design, section 8, step 2).
 *
 * @param grants serves the grants up to this number
 * @param partition an assigned partition
 * @param position its committed position, to be committed once more
 */
public record MembershipCheck(long grants, int partition, CommandPosition position) {}
