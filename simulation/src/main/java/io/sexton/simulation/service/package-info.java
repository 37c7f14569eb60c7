/** Sexton's services: the real cores, with everything around them simulated. */
@NullMarked
package io.sexton.simulation.service;

import org.jspecify.annotations.NullMarked;
