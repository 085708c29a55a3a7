# Configurations, and what module.nix makes of them. `accepted` become units, `refused` fail an assertion, `impossible`
# fail a type: tests/nix/run looks at all three. `store` is where packages seem to be, `lib` nixpkgs' or ours.
{
  lib ? import ./lib.nix,
  store ? "/nix/store",
}:

let
  nixos = import ./nixos.nix { inherit lib; };

  package = name: {
    type = "derivation";
    inherit name;
    outPath = "${store}/${name}";
  };
  pkgs = {
    coreutils = package "coreutils";
    callPackage = file: _: assert builtins.pathExists file; package "nextcloud-opencode-bot";
  };

  evaluate =
    configuration:
    (lib.evalModules {
      modules = [
        nixos.module
        ../../module.nix
        configuration
      ];
      specialArgs = { inherit pkgs; };
    }).config;

  bot = settings: {
    services.nextcloud-opencode-bot = {
      enable = true;
      nextcloudUrl = "https://cloud.example.com";
      botSecretFile = "/run/secrets/opencode-bot";
      modelBaseUrl = "http://127.0.0.1:8080/v1";
    }
    // settings;
  };

  failed = config: map (check: check.message) (lib.filter (check: !check.assertion) config.assertions);

  summary = config: {
    inherit (config) warnings;
    failed = failed config;
    service = config.systemd.services.nextcloud-opencode-bot or null;
    inherit (config.systemd) sockets;
    inherit (config.users) users;
    ports = config.networking.firewall.allowedTCPPorts;
    nginx = config.services.nginx.virtualHosts;
    prometheus = config.services.prometheus.scrapeConfigs;
  };

  units =
    config:
    lib.mapAttrs (_: nixos.socketText) (suffixed ".socket" config.systemd.sockets)
    // lib.mapAttrs (_: nixos.serviceText) (suffixed ".service" config.systemd.services);
  suffixed = suffix: set: builtins.listToAttrs (lib.mapAttrsToList (n: lib.nameValuePair "${n}${suffix}") set);

  accepted = import ./configurations/accepted.nix { inherit bot lib; };
in
{
  accepted = lib.mapAttrs (_: configuration: summary (evaluate configuration)) accepted;
  units = lib.mapAttrs (_: configuration: units (evaluate configuration)) accepted;
  refused = lib.mapAttrs (_: configuration: failed (evaluate configuration)) (
    import ./configurations/refused.nix { inherit bot; }
  );
  impossible = lib.mapAttrs (
    _: settings:
    let
      config = evaluate (bot settings);
    in
    builtins.deepSeq (failed config) config.systemd.services.nextcloud-opencode-bot
  ) (import ./configurations/impossible.nix);
}
