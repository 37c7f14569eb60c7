@NullMarked
package io.sexton.cli.lines;

import org.jspecify.annotations.NullMarked;
