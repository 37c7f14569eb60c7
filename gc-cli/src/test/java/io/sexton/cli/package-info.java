@NullMarked
package io.sexton.cli;

import org.jspecify.annotations.NullMarked;
