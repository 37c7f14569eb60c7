package io.sexton.service;

import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import org.eclipse.microprofile.config.spi.Converter;

/** The address at which a service serves its health and metrics. */
public interface OperationsConfig {
    @WithDefault("127.0.0.1")
    String host();

    /** Returns the port; 0: any free port. */
    @WithDefault("0")
    @WithConverter(Port.class)
    int port();

    /** A port number, validated before anything is started. */
    final class Port implements Converter<Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String text) {
            int port = Integer.parseInt(text.strip());
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(port + " is no port; write 0 to 65535");
            }
            return port;
        }
    }
}
