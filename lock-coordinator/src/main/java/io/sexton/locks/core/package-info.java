/** The fold of {@code gc.lock-requests}: region leases with fencing tokens. */
@NullMarked
package io.sexton.locks.core;

import org.jspecify.annotations.NullMarked;
