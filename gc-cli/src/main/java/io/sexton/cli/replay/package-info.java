/** Folds logs offline, with the very classes that run live (design, section 10; I8). */
@NullMarked
package io.sexton.cli.replay;

import org.jspecify.annotations.NullMarked;
