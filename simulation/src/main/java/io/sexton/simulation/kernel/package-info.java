/** Time, chance, machines and processes of a simulated world. */
@NullMarked
package io.sexton.simulation.kernel;

import org.jspecify.annotations.NullMarked;
