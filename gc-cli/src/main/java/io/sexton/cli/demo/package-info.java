/** {@code sexton demo}. */
@NullMarked
package io.sexton.cli.demo;

import org.jspecify.annotations.NullMarked;
