/** The object store: true contents, and answers that may be late, missing or doubtful. */
@NullMarked
package io.sexton.simulation.storage;

import org.jspecify.annotations.NullMarked;
