# Builds the bot from this checkout: `pkgs.callPackage ./package.nix { }`. Needs a nixpkgs whose rustc is 1.95 or newer.
# Written without a Nix builder at hand: evaluated, never built. SQLite and the TLS library come with the crates.
{
  lib,
  rustPlatform,
  cacert,
  installShellFiles,
}:

let
  manifest = (lib.importTOML ./Cargo.toml).package;
in
rustPlatform.buildRustPackage {
  pname = manifest.name;
  inherit (manifest) version;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./Cargo.toml
      ./Cargo.lock
      ./README.md
      ./benches
      ./dist
      ./migrations
      ./openapi
      ./src
      ./tests
    ];
  };

  cargoLock.lockFile = ./Cargo.lock;

  # As in .cargo/config.toml, which is made anew here.
  env.LIBSQLITE3_FLAGS = "-DHAVE_FDATASYNC";

  # The black-box tests start many servers and measure time: they belong to .ci/run, not to every build.
  cargoTestFlags = [ "--lib" ];
  preCheck = ''
    export SSL_CERT_FILE=${cacert}/etc/ssl/certs/ca-bundle.crt
  '';

  nativeBuildInputs = [ installShellFiles ];
  postInstall = ''
    installManPage dist/man/nextcloud-opencode-bot.1
    installShellCompletion dist/completions/nextcloud-opencode-bot.{bash,fish}
    installShellCompletion --zsh dist/completions/_nextcloud-opencode-bot
    install -D -m 644 dist/THIRD-PARTY-LICENCES.txt -t $out/share/doc/nextcloud-opencode-bot
  '';

  meta = {
    inherit (manifest) description;
    license = lib.licenses.mit;
    mainProgram = manifest.name;
    platforms = lib.platforms.linux;
  };
}
