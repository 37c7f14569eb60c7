package io.sexton.deleter.storage.s3;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** A factory of clients with the settings that {@link S3ObjectStore} requires. */
public final class S3Clients {

    private S3Clients() {}

    /**
     * Opens a client; it connects with its first request.
     *
     * @param credentials null: the SDK's default chain (environment, profile, web identity, instance)
     * @param interceptors see each request and response
     * @throws software.amazon.awssdk.core.exception.SdkException if no region is named and none is found
     */
    public static S3Client open(
            S3Settings settings, @Nullable AwsCredentialsProvider credentials, ExecutionInterceptor... interceptors) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(settings.connections())
                        .connectionTimeout(settings.requestTimeout())
                        .socketTimeout(settings.requestTimeout())
                        .connectionAcquisitionTimeout(settings.requestTimeout()))
                // WARNING: a request is retried only after the guard was checked, and a delete only after a second
                // stat.
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(settings.requestTimeout())
                        .executionInterceptors(List.of(interceptors)))
                .forcePathStyle(settings.pathStyle())
                // Checksums beyond those that S3 requires: not all other servers support them.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        if (settings.region() != null) {
            builder.region(Region.of(settings.region()));
        } else if (settings.endpoint() != null) {
            // Signatures name a region; servers other than AWS's take any.
            builder.region(Region.US_EAST_1);
        }
        if (settings.contentMd5()) {
            builder.addPlugin(LegacyMd5Plugin.create());
        }
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        return builder.build();
    }
}
