@NullMarked
package io.sexton.cli.demo.proof;

import org.jspecify.annotations.NullMarked;
