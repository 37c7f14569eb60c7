@NullMarked
package io.sexton.cli.storage;

import org.jspecify.annotations.NullMarked;
