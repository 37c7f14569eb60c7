/** One seeded world in which the real cores of Sexton run, on one thread, with faults. */
@NullMarked
package io.sexton.simulation;

import org.jspecify.annotations.NullMarked;
