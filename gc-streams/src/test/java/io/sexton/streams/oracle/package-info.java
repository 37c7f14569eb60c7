/**
 * A second reading of sections 3 to 7 of the design, written without sight of the fold that it is compared with. It is
 * as plain as can be: no index, no parking, no timers; each tick looks at everything. A difference to the fold on any
 * log shows that one of the two misreads the design.
 */
@NullMarked
package io.sexton.streams.oracle;

import org.jspecify.annotations.NullMarked;
