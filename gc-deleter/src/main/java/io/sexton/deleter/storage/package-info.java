/** Where files lie, and how they are deleted there. */
@NullMarked
package io.sexton.deleter.storage;

import org.jspecify.annotations.NullMarked;
