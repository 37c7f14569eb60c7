/** The types of the domain: facts, policies, states of files, blockers, timers. Immutable. */
@NullMarked
package io.sexton.streams.model;

import org.jspecify.annotations.NullMarked;
