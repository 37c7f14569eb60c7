@org.jspecify.annotations.NullMarked
package io.sexton.service;
