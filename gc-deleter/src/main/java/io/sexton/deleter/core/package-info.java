/** The rules by which delete commands are carried out: order, fences, leases, identity checks. */
@NullMarked
package io.sexton.deleter.core;

import org.jspecify.annotations.NullMarked;
