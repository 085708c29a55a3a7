# The bot in a container: state in /state, the secret as a file (BOT_SECRET_FILE), settings as variables. Written on a
# machine without a container engine: never built. compose.yaml runs it beside a llama-server.
FROM rust:1.95-slim-trixie AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked && cp target/release/nextcloud-opencode-bot /usr/local/bin/

FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin opencode-bot \
    && install -d -m 700 -o opencode-bot -g opencode-bot /state
COPY --from=build /usr/local/bin/nextcloud-opencode-bot /usr/local/bin/
COPY dist/THIRD-PARTY-LICENCES.txt /usr/share/doc/nextcloud-opencode-bot/

USER opencode-bot
ENV BOT_HOST=0.0.0.0 BOT_PORT=8086 STATE_DIRECTORY=/state
VOLUME /state
EXPOSE 8086
# bash asks, since the image holds nothing that speaks HTTP.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/bin/bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/$BOT_PORT && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/nextcloud-opencode-bot"]
CMD ["serve"]
