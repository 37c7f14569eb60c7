/** Log filters beyond levels: stack traces, and the rate of repeated reports. */
@NullMarked
package io.sexton.cli.log;

import org.jspecify.annotations.NullMarked;
