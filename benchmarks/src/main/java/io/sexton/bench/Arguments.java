package io.sexton.bench;

/** The arguments of a benchmark, all optional. */
final class Arguments {
    private Arguments() {}

    static int number(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }
}
