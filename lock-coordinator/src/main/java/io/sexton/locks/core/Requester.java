package io.sexton.locks.core;

/**
 * Who asks, and by which of its requests. Two requests of one region with the same requester are one request that was
 * sent twice.
 */
record Requester(String owner, String requestId) {}
