/** The object store: true contents, and responses that may be late, missing or uncertain. */
@NullMarked
package io.sexton.simulation.storage;

import org.jspecify.annotations.NullMarked;
