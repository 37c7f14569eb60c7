/** Storage: locations of files, and operations on them. */
@NullMarked
package io.sexton.deleter.storage;

import org.jspecify.annotations.NullMarked;
