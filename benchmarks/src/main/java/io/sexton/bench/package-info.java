/** Benchmarks: each prints ratios to a baseline that it measures in the same run. */
@NullMarked
package io.sexton.bench;

import org.jspecify.annotations.NullMarked;
