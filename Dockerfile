# All services in one image. Build the jars first: ./mvnw -DskipTests package
FROM eclipse-temurin:25-jre

# Services need no rights beyond their own state and the store.
RUN groupadd --system --gid 10001 sexton \
 && useradd --system --uid 10001 --gid sexton --home-dir /var/lib/sexton --create-home sexton \
 && mkdir /var/lib/sexton/streams /var/lib/sexton/coordinator /var/lib/sexton/store \
 && chown -R sexton:sexton /var/lib/sexton

COPY docs/config /etc/sexton
COPY gc-cli/target/lib/*.jar gc-cli/target/lib/sexton/*.jar /opt/sexton/lib/
COPY sexton /opt/sexton/sexton
# Services and commands start faster with the cache, and work without it.
RUN SEXTON_TRAIN=1 /opt/sexton/sexton || echo 'no start-up cache'

# The JVM takes the encoding of file names from the locale, and Sexton refuses any other than UTF-8.
ENV PATH=/opt/sexton:$PATH \
    LC_ALL=C.UTF-8 \
    SEXTON_OPERATIONS_HOST=0.0.0.0 \
    SEXTON_OPERATIONS_PORT=8080
EXPOSE 8080
USER sexton
WORKDIR /var/lib/sexton

ENTRYPOINT ["/opt/sexton/sexton"]
CMD ["--help"]
