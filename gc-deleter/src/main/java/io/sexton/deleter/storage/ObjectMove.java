package io.sexton.deleter.storage;

import io.sexton.deleter.core.Expectation;

/**
 * One object to be given another key, without a moment at which it has none.
 *
 * @param from its key
 * @param expected its expected state
 * @param to its new key. If another object has it, both stay as they are
 * @param again true if an object at {@code to} can only be the result of an earlier attempt at this very move. A store
 *     that moves by copy and delete continues from there then, and may copy once more
 */
public record ObjectMove(ObjectKey from, Expectation expected, ObjectKey to, boolean again) {}
