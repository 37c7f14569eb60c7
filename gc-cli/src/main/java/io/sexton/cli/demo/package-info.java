/** {@code sexton demo}: all of Sexton in one process, around databases that are real, and the proof that it works. */
@NullMarked
package io.sexton.cli.demo;

import org.jspecify.annotations.NullMarked;
