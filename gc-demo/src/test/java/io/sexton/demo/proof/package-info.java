@NullMarked
package io.sexton.demo.proof;

import org.jspecify.annotations.NullMarked;
