/** The form of the log of a process: levels, the end of a line, and the bound on lines of an outage. */
@NullMarked
package io.sexton.service.log;

import org.jspecify.annotations.NullMarked;
