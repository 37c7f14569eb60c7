@NullMarked
package io.sexton.simulation;

import org.jspecify.annotations.NullMarked;
