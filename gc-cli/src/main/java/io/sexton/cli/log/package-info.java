/** What is logged, beyond levels: stack traces, and how often the same trouble is reported. */
@NullMarked
package io.sexton.cli.log;

import org.jspecify.annotations.NullMarked;
