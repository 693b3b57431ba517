# syntax=docker/dockerfile:1

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
RUN ./mvnw -B -q -DskipTests package

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --create-home --home-dir /app gateway
WORKDIR /app
COPY --from=build /build/target/kis-gateway.jar ./
COPY --from=build /build/target/lib lib
COPY deploy/train.sh deploy/healthcheck.sh deploy/
RUN mkdir -m 700 data && chown -R gateway:gateway /app
USER gateway
# A training run writes the ahead-of-time cache: classes come loaded and linked, so a cold start takes half the time.
RUN sh deploy/train.sh
ENV HOST=0.0.0.0 MANAGEMENT_HOST=127.0.0.1 DATA_DIR=/app/data LOG_FORMAT=json \
    JAVA_OPTS="-XX:AOTCache=kis-gateway.aot -XX:MaxRAMPercentage=50 -XX:MaxDirectMemorySize=96m -XX:+ExitOnOutOfMemoryError"
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["bash", "deploy/healthcheck.sh"]
# Beyond this machine nobody should trade, or believe to trade, by a default. exec: the gateway itself gets SIGTERM and drains.
ENTRYPOINT ["sh", "-c", ": \"${TRADING_MODE:?is missing; say TRADING_MODE=SIM, MOCK or REAL}\"; exec java $JAVA_OPTS -jar kis-gateway.jar"]
