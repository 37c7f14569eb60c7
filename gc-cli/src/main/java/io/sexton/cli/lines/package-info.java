/** Records of the topics as JSON lines: how logs are exchanged, read offline and written by hand (design, section 10). */
@NullMarked
package io.sexton.cli.lines;

import org.jspecify.annotations.NullMarked;
