/** Archives in Parquet: the values of metric checkpoints, one file for each cluster and period. */
@NullMarked
package io.sexton.archive;

import org.jspecify.annotations.NullMarked;
