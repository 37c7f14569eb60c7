/** Archives of files before their deletion: byte by byte copies in another store. */
@NullMarked
package io.sexton.deleter.archive;

import org.jspecify.annotations.NullMarked;
