/**
 * Records of the topics as JSON lines, a format to exchange logs, read them offline and write them manually (design,
 * section 10).
 */
@NullMarked
package io.sexton.cli.lines;

import org.jspecify.annotations.NullMarked;
