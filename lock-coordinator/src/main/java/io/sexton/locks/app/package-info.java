/** The service lock-coordinator: its configuration and its life. */
@NullMarked
package io.sexton.locks.app;

import org.jspecify.annotations.NullMarked;
