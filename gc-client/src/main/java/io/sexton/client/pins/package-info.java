/** Pins, which protect files from deletion while they are read or about to be committed (I2). */
@NullMarked
package io.sexton.client.pins;

import org.jspecify.annotations.NullMarked;
