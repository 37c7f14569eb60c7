/** The service lock-coordinator: its configuration and its start. */
@NullMarked
package io.sexton.locks.app;

import org.jspecify.annotations.NullMarked;
