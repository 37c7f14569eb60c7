/** The users of Sexton: databases, readers, operators, and what is true of their files. */
@NullMarked
package io.sexton.simulation.database;

import org.jspecify.annotations.NullMarked;
