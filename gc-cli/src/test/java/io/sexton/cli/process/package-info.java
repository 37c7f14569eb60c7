/** The services as operators run them: in processes of their own, which are killed during their work. */
@NullMarked
package io.sexton.cli.process;

import org.jspecify.annotations.NullMarked;
