/**
 * The fold of {@code gc.lock-requests}: region leases with fencing tokens. {@link LockDecider} reads and decides,
 * {@link OpenRegion} applies decisions, {@link LockFold} connects the two.
 */
@NullMarked
package io.sexton.locks.core;

import org.jspecify.annotations.NullMarked;
