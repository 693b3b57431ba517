package io.kisgateway.testing;

import io.kisgateway.KisGateway;
import io.kisgateway.runtime.Once;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The gateway as a program of its own: its classes in a jar, without the tests', and an archive of them that spares Java a third of a
 * start's processor time. Whoever needs it first makes it, for all processes of the tests.
 */
public final class GatewayProgram {

    /** For a process that lives some minutes; the jar's manifest says the last. */
    private static final List<String> QUICK =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED");
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Once<Path> FOLDER = new Once<>(GatewayProgram::make);

    private GatewayProgram() {}

    /** A command that soon begins. @param arguments what it is told */
    public static List<String> command(String... arguments) {
        List<String> command = quick(List.of(), KisGateway.class);
        command.addAll(List.of(arguments));
        return command;
    }

    /** @param further options of Java */
    static List<String> quick(List<String> further, Class<?> main) {
        List<String> options = new ArrayList<>(QUICK);
        Path archive = archive(FOLDER.get());
        if (Files.exists(archive)) {
            options.add("-XX:SharedArchiveFile=" + archive);
        }
        // Whoever cannot use an archive goes on without it, and says so.
        options.add("-Xlog:disable");
        options.addAll(further);
        return java(FOLDER.get(), options, main);
    }

    /** @param options all of Java's */
    static List<String> plain(List<String> options) {
        return java(FOLDER.get(), options, KisGateway.class);
    }

    private static List<String> java(Path folder, List<String> options, Class<?> main) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        Stream<String> libraries = Arrays.stream(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(File.pathSeparator)).filter(entry -> entry.endsWith(".jar"));
        Stream<String> tests = main == KisGateway.class ? Stream.of() : Stream.of(Path.of("target", "test-classes").toString());
        command.addAll(List.of("-cp", Stream.of(Stream.of(jar(folder).toString()), libraries, tests).flatMap(all -> all)
                .collect(Collectors.joining(File.pathSeparator)), main.getName()));
        return command;
    }

    private static Path jar(Path folder) {
        return folder.resolve("kis-gateway.jar");
    }

    private static Path archive(Path folder) {
        return folder.resolve("kis-gateway.jsa");
    }

    private static Path make() {
        try {
            Path folder = Files.createDirectories(GatewayProcess.FOLDER.resolve("program"));
            List<Path> files = files();
            String version = version(files);
            Path made = folder.resolve("made-of.txt");
            try (FileChannel channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !(Files.exists(made) && Files.readString(made).equals(version))) {
                    Files.deleteIfExists(archive(folder));
                    pack(files, jar(folder));
                    dump(folder);
                    Files.writeString(made, version);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(CLASSES)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Another one after the next compilation, and for another Java. */
    private static String version(List<Path> files) throws IOException {
        StringBuilder version = new StringBuilder(System.getProperty("java.home"));
        for (Path file : files) {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            version.append('\n').append(file).append(' ').append(attributes.size()).append(' ').append(attributes.lastModifiedTime());
        }
        return version.toString();
    }

    private static void pack(List<Path> files, Path jar) throws IOException {
        try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Path file : files) {
                to.putNextEntry(new JarEntry(CLASSES.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, to);
                to.closeEntry();
            }
        }
    }

    /** A gateway that serves, and ends, tells which classes it needs. */
    private static void dump(Path folder) throws IOException {
        List<String> options = new ArrayList<>(QUICK);
        options.add("-XX:ArchiveClassesAtExit=" + archive(folder));
        ProcessBuilder builder = new ProcessBuilder(java(folder, options, KisGateway.class)).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "DATA_DIR", TestFolder.create().toString()));
        Process gateway = builder.start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(gateway.getInputStream(), StandardCharsets.UTF_8))) {
            // The process's own destroy() would close what it says, too.
            output.lines().filter(line -> line.contains("serves on")).findFirst().ifPresent(serves -> gateway.toHandle().destroy());
            output.lines().forEach(line -> {});
        }
        Patience.awaitEnd(gateway);
    }
}
