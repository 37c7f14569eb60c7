/** The kernel of all simulations and random tests: seeded random numbers, and the reduction of what fails. */
@NullMarked
package io.sexton.testkit;

import org.jspecify.annotations.NullMarked;
