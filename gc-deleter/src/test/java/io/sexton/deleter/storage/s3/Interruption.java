package io.sexton.deleter.storage.s3;

import java.time.Duration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.s3.S3Client;

/** Clients with an action at a chosen moment, and settings that differ in one point. */
final class Interruption {

    private Interruption() {}

    /** Does it each time before a request of that operation is sent. */
    static S3Client before(String operation, S3Settings settings, Runnable action) {
        return S3Clients.open(settings, S3Server.CREDENTIALS, new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                if (operation.equals(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME))) {
                    action.run();
                }
            }
        });
    }

    static S3Settings withPrefix(S3Settings settings, String prefix) {
        return with(
                settings,
                prefix,
                settings.pageSize(),
                settings.requestTimeout(),
                settings.conditional(),
                settings.versions());
    }

    static S3Settings withPageSize(S3Settings settings, int pageSize, S3Settings.Conditional conditional) {
        return with(settings, settings.prefix(), pageSize, settings.requestTimeout(), conditional, settings.versions());
    }

    static S3Settings withTimeout(S3Settings settings, Duration requestTimeout) {
        return with(
                settings,
                settings.prefix(),
                settings.pageSize(),
                requestTimeout,
                settings.conditional(),
                settings.versions());
    }

    static S3Settings with(S3Settings settings, S3Settings.Conditional conditional, S3Settings.Versions versions) {
        return with(settings, settings.prefix(), settings.pageSize(), settings.requestTimeout(), conditional, versions);
    }

    private static S3Settings with(
            S3Settings settings,
            String prefix,
            int pageSize,
            Duration requestTimeout,
            S3Settings.Conditional conditional,
            S3Settings.Versions versions) {
        return new S3Settings(
                settings.bucket(),
                prefix,
                settings.region(),
                settings.endpoint(),
                settings.pathStyle(),
                settings.contentMd5(),
                pageSize,
                settings.keysPerSecond(),
                requestTimeout,
                settings.backoff(),
                conditional,
                versions,
                settings.connections());
    }
}
