package io.sexton.cli;

import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.service.CommandFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;

/**
 * A file of JSON lines that a command line names; {@code -} is standard input.
 *
 * @param name as it was typed
 */
public record InputFile(String name) {

    private static final String STANDARD_INPUT = "-";

    /** @throws CommandFailure if it cannot be opened */
    public JsonLinesReader open() {
        try {
            if (name.equals(STANDARD_INPUT)) {
                return new JsonLinesReader(standardInput());
            }
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw CommandFailure.usage(name + ": is a directory, not a file");
            }
            return JsonLinesReader.open(path);
        } catch (NoSuchFileException e) {
            throw CommandFailure.usage(name + ": no such file");
        } catch (AccessDeniedException e) {
            throw CommandFailure.usage(name + ": permission denied");
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Returns the failure for an input that ends with an error. */
    public CommandFailure unreadable(IOException e) {
        return CommandFailure.failed(this + ": cannot be read: " + e.getMessage(), e);
    }

    private static InputStream standardInput() {
        return new FilterInputStream(System.in) {
            @Override
            public void close() {} // not ours
        };
    }

    @Override
    public String toString() {
        return name.equals(STANDARD_INPUT) ? "standard input" : name;
    }

    static final class Converter implements ITypeConverter<InputFile> {
        @Override
        public InputFile convert(String value) {
            return new InputFile(value);
        }
    }
}
