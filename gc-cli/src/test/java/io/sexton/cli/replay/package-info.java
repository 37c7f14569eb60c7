@NullMarked
package io.sexton.cli.replay;

import org.jspecify.annotations.NullMarked;
