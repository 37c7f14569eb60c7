package io.sexton.cli.security;

/** JSON lines of a region r1. */
final class Lines {

    static final String POLICY = "{\"value\":{\"policySet\":{\"policy\":{\"obsoleteLinger\":\"1s\"}}}}";
    static final String OPENED =
            "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"regionOpened\":{\"store\":\"main\",\"root\":\"r1\"}}}";

    private Lines() {}

    static String edit(long base, long version, String change) {
        return "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"manifestEdit\":{\"baseVersion\":" + base + ",\"version\":"
                + version + "," + change + "}}}";
    }
}
