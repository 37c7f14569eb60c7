/** Names, identities and serdes around the schema {@code sexton.v1}. */
@NullMarked
package io.sexton.proto;

import org.jspecify.annotations.NullMarked;
