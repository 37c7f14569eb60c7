/** {@code sexton demo}: all of Sexton in one process with real databases, and the proof that it works. */
@NullMarked
package io.sexton.cli.demo;

import org.jspecify.annotations.NullMarked;
