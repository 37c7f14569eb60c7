/** What both topologies are wired from: the ticker and dead letters. */
@NullMarked
package io.sexton.fold.topology;

import org.jspecify.annotations.NullMarked;
