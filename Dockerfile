# A small image: the explorer's files are built first, then the binary with them inside, and nothing else is in the last stage but
# what the binary is linked to. It runs as nobody in particular.
FROM node:22-bookworm-slim AS explorer
WORKDIR /src/explorer
COPY explorer/ ./
RUN npm ci --no-audit --no-fund && npm run build

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=explorer /src/explorer/dist explorer/dist
RUN cargo build --profile dist --locked --bin syllabus

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/dist/syllabus /usr/local/bin/syllabus
WORKDIR /data
VOLUME /data
ENV SYLLABUS_DATABASE_URL=sqlite:/data/catalog.db \
    SYLLABUS_LISTEN=0.0.0.0:4000 \
    SYLLABUS_LOG_FORMAT=json
EXPOSE 4000
ENTRYPOINT ["/usr/local/bin/syllabus"]
CMD ["serve"]
