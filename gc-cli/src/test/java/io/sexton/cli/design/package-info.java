/** Checks of the documents against the sources: {@code docs/design.md} and what cites it. */
package io.sexton.cli.design;
