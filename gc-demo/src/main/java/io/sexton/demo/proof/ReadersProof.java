package io.sexton.demo.proof;

import io.sexton.demo.database.QueryReport;
import io.sexton.demo.database.QueryReport.Answered;
import io.sexton.demo.database.QueryReport.Died;
import io.sexton.demo.database.QueryReport.GaveUp;
import io.sexton.demo.database.QueryReport.MetMissingFile;
import io.sexton.demo.database.QueryReport.MetWrongData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * I2: no reader with an accepted pin met a missing file, nor wrong data.
 *
 * <p>Checked twice: by the readers' results, and by the log, in which no file of a reader's version may be condemned
 * during its pin. It also counts the files that were read after their linger: only the pin kept these. Without any, the
 * readers would prove nothing about pins.
 */
final class ReadersProof {

    private final List<QueryReport> readers;
    private final Map<String, PinSpan> pins;
    private final Condemnations condemnations;
    private final Conditions conditions;
    private final List<String> violations = new ArrayList<>();

    ReadersProof(
            List<QueryReport> readers, Map<String, PinSpan> pins, Condemnations condemnations, Conditions conditions) {
        this.readers = readers;
        this.pins = pins;
        this.condemnations = condemnations;
        this.conditions = conditions;
    }

    Verdict check() {
        readers.forEach(this::checkReader);
        long keptByPins = readers.stream().mapToLong(this::readsPastLinger).sum();
        if (keptByPins == 0) {
            violations.add("no reader read a file whose linger had passed, which proves nothing about pins");
        }
        if (readers.stream().noneMatch(reader -> reader.ending() instanceof Died)) {
            violations.add("no reader died without a word");
        }
        long reads = readers.stream().mapToLong(reader -> reader.reads().size()).sum();
        return new Verdict(
                "no reader ever met a missing file, and each read what it should",
                readers.size() + " readers read " + reads + " files, " + keptByPins + " of them past their linger",
                violations);
    }

    private void checkReader(QueryReport reader) {
        switch (reader.ending()) {
            case Answered answered -> {}
            case Died died -> {}
            case GaveUp gaveUp -> {
                if (!conditions.faults()) {
                    violations.add(reader.readerId() + " gave up: " + gaveUp.why());
                }
            }
            case MetMissingFile missing ->
                violations.add(reader.readerId() + " met the missing file " + reader.region() + "/" + missing.path());
            case MetWrongData wrong -> violations.add(reader.readerId() + ": " + wrong.detail());
        }
        if (!conditions.faults()) {
            checkPin(reader);
        }
    }

    /** Heartbeats that came in time leave no doubt how long a pin lived. */
    private void checkPin(QueryReport reader) {
        PinSpan pin = pins.get(reader.readerId());
        if (pin == null) {
            violations.add(reader.readerId() + " has no accepted pin in the log");
            return;
        }
        if (pin.isSilent() != reader.ending() instanceof Died) {
            violations.add(reader.readerId() + " ended as " + reader.ending() + ", but its pin "
                    + (pin.isSilent() ? "just ran out" : "was finished"));
        }
        condemnations.all().stream()
                .filter(file -> protects(reader, file) && pin.livesAt(file.tickOffset(), file.decidedAt()))
                .forEach(file -> violations.add(file + " was condemned under the pin of " + reader.readerId()));
    }

    private static boolean protects(QueryReport reader, Condemned file) {
        return file.name().region().equals(reader.region())
                && reader.files().contains(file.name().path());
    }

    private long readsPastLinger(QueryReport reader) {
        return reader.reads().stream()
                .filter(read -> condemnations
                        .firstOf(new Condemnations.Name(reader.region(), read.path()))
                        .filter(file -> file.since().plus(file.linger()).isBefore(read.at()))
                        .isPresent())
                .count();
    }
}
