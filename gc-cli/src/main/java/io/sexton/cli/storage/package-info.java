/** Commands that work on the stores of a deleter's configuration. */
@NullMarked
package io.sexton.cli.storage;

import org.jspecify.annotations.NullMarked;
