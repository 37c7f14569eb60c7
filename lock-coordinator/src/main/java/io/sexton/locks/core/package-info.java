/**
 * The fold of {@code gc.lock-requests}: region leases with fencing tokens. {@link LockDecider} reads and decides,
 * {@link OpenRegion} carries out, {@link LockFold} puts the two together.
 */
@NullMarked
package io.sexton.locks.core;

import org.jspecify.annotations.NullMarked;
