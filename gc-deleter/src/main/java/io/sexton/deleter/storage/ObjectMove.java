package io.sexton.deleter.storage;

import io.sexton.deleter.core.Expectation;

/**
 * One object to be given another key, without ever being nowhere.
 *
 * @param from where it lies
 * @param expected what it must look like
 * @param to where it is to lie. If something lies there it stays, and the object is not moved; but where a store moves
 *     by copy and delete, a copy of the same content there is taken for an earlier attempt
 */
public record ObjectMove(ObjectKey from, Expectation expected, ObjectKey to) {}
