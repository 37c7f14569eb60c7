/** Plans drawn from seeds, runs over many seeds, and reduction of failing plans. */
@NullMarked
package io.sexton.simulation.swarm;

import org.jspecify.annotations.NullMarked;
