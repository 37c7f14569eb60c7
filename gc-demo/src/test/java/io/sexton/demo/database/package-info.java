@NullMarked
package io.sexton.demo.database;

import org.jspecify.annotations.NullMarked;
