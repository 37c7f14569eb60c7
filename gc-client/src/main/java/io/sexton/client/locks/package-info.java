/** Locks of regions: while one is held exclusively, nothing of the region is deleted (I4). */
@NullMarked
package io.sexton.client.locks;

import org.jspecify.annotations.NullMarked;
