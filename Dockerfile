# syntax=docker/dockerfile:1@sha256:ecfaec9ed6d810b56388c508f4121597bfbba70d41a6dfeee4d8cad5f295fc32

# By digest: what was tried is what is built. Dependabot proposes newer ones, .github/dependabot.yml.
FROM eclipse-temurin:25-jdk@sha256:8c0a84ea11c8f6ed52600fc19f1040121f2a162998e9f50a5faebbbad9172dcc AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server openssl bash && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
RUN ./mvnw -B -q -DskipTests package
COPY deploy/jre.sh deploy/train.sh deploy/healthcheck.sh deploy/
# A Java with what the gateway needs, half the size of the usual one.
RUN sh deploy/jre.sh /opt/java
# A training run writes the ahead-of-time cache. Java takes it only beside the very files that it was made with, in their places.
RUN mkdir -p /app/deploy && cp -a target/kis-gateway.jar target/lib target/sbom.json /app/ && cp -a deploy/healthcheck.sh /app/deploy/ \
    && cd /app && JAVA=/opt/java/bin/java bash /build/deploy/train.sh

FROM debian:13-slim@sha256:d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132
RUN useradd --system --uid 10001 --home-dir /app gateway
COPY --from=build /opt/java /opt/java
COPY --from=build /app /app
WORKDIR /app
RUN mkdir -m 700 data && chown gateway:gateway data
USER gateway
# For a container of 512 MiB: heap, direct memory, code and threads together. JAVA_OPTS comes after, so that it may say otherwise.
# What each flag is for stands in docs/deploy.md.
# The cache is mapped where it was made for; moved elsewhere, at each start all its pages would be changed and be this process's own.
ENV HOST=0.0.0.0 MANAGEMENT_HOST=127.0.0.1 DATA_DIR=/app/data LOG_FORMAT=JSON MALLOC_ARENA_MAX=2 \
    IMAGE_JAVA_OPTS="-XX:AOTCache=kis-gateway.aot -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:+UseSerialGC -Xms40m -Xmx256m -Xmn16m -XX:SurvivorRatio=6 -XX:TargetSurvivorRatio=90 -XX:MinHeapFreeRatio=20 -XX:MaxDirectMemorySize=64m -XX:ReservedCodeCacheSize=64m -XX:TrimNativeHeapInterval=5000 -XX:+ExitOnOutOfMemoryError \
-Djdk.reflect.useNativeAccessorOnly=true -Dio.netty.allocator.numHeapArenas=2 -Dio.netty.allocator.numDirectArenas=2 -Dio.netty.allocator.maxOrder=5"
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["bash", "deploy/healthcheck.sh"]
# Beyond this machine nobody should trade, or believe to trade, by a default. exec: the gateway itself gets SIGTERM and drains.
ENTRYPOINT ["sh", "-c", ": \"${TRADING_MODE:?is missing; say TRADING_MODE=SIM, MOCK or REAL}\"; exec /opt/java/bin/java $IMAGE_JAVA_OPTS ${JAVA_OPTS:-} -jar kis-gateway.jar"]
