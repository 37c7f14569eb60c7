package io.sexton.service;

import org.eclipse.microprofile.config.spi.Converter;

/** A yes or no as YAML has it. The library's own takes whatever it does not know for a no, {@code ture} too. */
public final class TrueOrFalse implements Converter<Boolean> {
    @Override
    public Boolean convert(String text) {
        return switch (text.strip()) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }
}
