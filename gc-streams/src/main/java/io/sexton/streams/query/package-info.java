/** The questions about the fold's state, from operators and audits. They read only. */
@NullMarked
package io.sexton.streams.query;

import org.jspecify.annotations.NullMarked;
