package io.sexton.deleter.storage.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A server that speaks S3, in this process. */
interface S3Server extends AutoCloseable {

    /** Test servers require none, but the client signs. */
    AwsCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    URI endpoint();

    @Override
    void close();

    /** Settings for a bucket on a server, with short times. */
    static S3Settings settings(URI endpoint, String bucket) {
        S3Settings defaults = S3Settings.of(bucket);
        return new S3Settings(
                bucket,
                "",
                "us-east-1",
                endpoint,
                true,
                false,
                defaults.pageSize(),
                100_000,
                Duration.ofSeconds(20),
                Duration.ofMillis(2),
                S3Settings.Conditional.BULK,
                S3Settings.Versions.KEEP,
                8);
    }

    /** Starts S3Proxy, with objects in memory. */
    static S3Server s3Proxy() {
        try {
            S3Proxy proxy = S3Proxy.builder()
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .blobStore(BlobStores.create("transient", new Properties()))
                    .ignoreUnknownHeaders(true)
                    .build();
            proxy.start();
            return of(URI.create("http://127.0.0.1:" + proxy.getPort()), () -> {
                try {
                    proxy.stop();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adobe's S3Mock, with objects in a temporary directory. */
    @SuppressWarnings("deprecation") // its other accessor returns the port of HTTPS
    static S3Server s3Mock() {
        S3MockApplication mock = S3MockApplication.start(new HashMap<>(Map.of(
                S3MockApplication.PROP_HTTP_PORT,
                0,
                S3MockApplication.PROP_HTTPS_PORT,
                0,
                S3MockApplication.PROP_SILENT,
                true,
                "logging.level.root",
                "ERROR")));
        return of(URI.create("http://127.0.0.1:" + mock.getHttpPort()), mock::stop);
    }

    private static S3Server of(URI endpoint, Runnable stop) {
        return new S3Server() {
            @Override
            public URI endpoint() {
                return endpoint;
            }

            @Override
            public void close() {
                stop.run();
            }
        };
    }
}
