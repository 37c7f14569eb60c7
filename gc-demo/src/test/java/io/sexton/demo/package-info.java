@org.jspecify.annotations.NullMarked
package io.sexton.demo;
