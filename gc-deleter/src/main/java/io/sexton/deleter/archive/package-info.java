/** Archives of deleted files: copies elsewhere, and Parquet of metric checkpoints. */
@NullMarked
package io.sexton.deleter.archive;

import org.jspecify.annotations.NullMarked;
