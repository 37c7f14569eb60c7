/** Checks of the documents against the sources: {@code docs/design.md} and what cites it. */
@NullMarked
package io.sexton.cli.design;

import org.jspecify.annotations.NullMarked;
