@NullMarked
package io.sexton.service.log;

import org.jspecify.annotations.NullMarked;
