@NullMarked
package io.sexton.sources.rocksdb;

import org.jspecify.annotations.NullMarked;
