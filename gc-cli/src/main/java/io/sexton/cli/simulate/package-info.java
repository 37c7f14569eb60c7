/** {@code sexton simulate}. */
@NullMarked
package io.sexton.cli.simulate;

import org.jspecify.annotations.NullMarked;
