/** How a delete command is carried out: order, fences, leases, identity checks. */
@NullMarked
package io.sexton.deleter.core;

import org.jspecify.annotations.NullMarked;
