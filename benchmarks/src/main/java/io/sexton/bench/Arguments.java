package io.sexton.bench;

/** Arguments of a benchmark, all of which may be left out. */
final class Arguments {
    private Arguments() {}

    static int number(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }
}
