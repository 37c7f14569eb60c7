/** What one seed draws, runs over many seeds, and shortened failures. */
@NullMarked
package io.sexton.simulation.swarm;

import org.jspecify.annotations.NullMarked;
