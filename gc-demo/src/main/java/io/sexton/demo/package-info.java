/** The demo: databases that are real, around all of Sexton in one process, and the proof that the right files go. */
@NullMarked
package io.sexton.demo;

import org.jspecify.annotations.NullMarked;
