/** The promises I1 to I8 as checks from the databases' own truth. */
@NullMarked
package io.sexton.simulation.invariant;

import org.jspecify.annotations.NullMarked;
