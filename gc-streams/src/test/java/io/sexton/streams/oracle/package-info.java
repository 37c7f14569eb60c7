/**
 * A second implementation of sections 3 to 7 of the design, written independently of the fold that it is compared with.
 * It is as simple as possible: no index, no parking, no timers; each tick examines everything. A difference to the fold
 * on any log shows that one of the two misreads the design.
 */
@NullMarked
package io.sexton.streams.oracle;

import org.jspecify.annotations.NullMarked;
