package io.sexton.deleter.storage.s3;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** S3Mock, which ignores etags in bulk requests, as many servers do, and supports If-Match. */
@Tag("long")
final class S3MockStoreIT extends S3StoreContract {

    private static S3Server server;

    @BeforeAll
    static void start() {
        server = S3Server.s3Mock();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    S3Server server() {
        return server;
    }

    @Override
    S3Settings.Conditional conditional() {
        return S3Settings.Conditional.SINGLE;
    }
}
