# What the types of the options cannot say: combinations that are refused, and those that are only warned of.
{ config, lib, ... }:

let
  cfg = config.services.nextcloud-opencode-bot;
  option = attribute: "services.nextcloud-opencode-bot.${attribute}";

  address = import ./address.nix { inherit lib; };
  inherit (import ./environment.nix { inherit lib cfg; }) credentials optionOf variables;

  inStore = file: lib.hasPrefix "${builtins.storeDir}/" (toString file);

  # systemd drops a variable with one of these, with no more than a warning.
  control =
    map (code: builtins.fromJSON ''"\u00${lib.optionalString (code < 16) "0"}${lib.toHexString code}"'')
      (lib.range 1 8 ++ lib.range 11 31 ++ [ 127 ]);
  isPlain = value: builtins.replaceStrings control (map (_: "") control) value == value;
in
{
  config = lib.mkIf cfg.enable {
    assertions =
      lib.mapAttrsToList (_: secret: {
        assertion = !builtins.isPath secret.file && !inStore secret.file;
        message = ''
          ${option secret.option} is a path literal or lies in the Nix store, where every user can read it. Give the
          path of a file outside of it as a string, for example "/run/secrets/opencode-bot".
        '';
      }) credentials
      ++ lib.mapAttrsToList (variable: _: {
        assertion = !(optionOf ? ${variable});
        message = "${option "settings.${variable}"} is given by an option: use ${option (optionOf.${variable} or "")}.";
      }) cfg.settings
      ++ lib.mapAttrsToList (variable: _: {
        assertion = builtins.match "[A-Za-z_][A-Za-z0-9_]*" variable != null;
        message = "${option "settings"}: ${builtins.toJSON variable} is no name of an environment variable.";
      }) cfg.settings
      ++ lib.mapAttrsToList (variable: value: {
        assertion = isPlain value;
        message = ''
          ${if optionOf ? ${variable} then option optionOf.${variable} else option "settings.${variable}"} holds a
          control character (a carriage return, perhaps): systemd would ignore it.
        '';
      }) variables
      ++ [
        {
          assertion = lib.all (id: builtins.match "[[:space:]]*" id == null && !lib.hasInfix "," id) cfg.allowedUsers;
          message = "${option "allowedUsers"} holds an empty user id, which would admit everybody, or one with a comma.";
        }
        {
          assertion = cfg.host != "" && cfg.port != 0;
          message = "${option "host"} and ${option "port"} must name one address and port: they are part of the bot's URL.";
        }
        {
          assertion = cfg.databaseUrl == null || cfg.databaseUrlFile == null;
          message = "${option "databaseUrl"} and ${option "databaseUrlFile"} exclude each other.";
        }
        {
          assertion = cfg.databaseUrl == null || builtins.match "[a-z]+://[^/@]*:[^/@]+@.*" cfg.databaseUrl == null;
          message = ''
            ${option "databaseUrl"} holds a password, which every user could read in the Nix store: use
            ${option "databaseUrlFile"}.
          '';
        }
        {
          assertion = cfg.nginx.location == null || cfg.nginx.virtualHost != null;
          message = "${option "nginx.location"} needs ${option "nginx.virtualHost"}.";
        }
        {
          assertion = cfg.nginx.virtualHost == null || config.services.nginx.enable;
          message = "${option "nginx.virtualHost"} needs services.nginx.enable.";
        }
      ];

    warnings =
      lib.optional (cfg.socketActivation && address.listenStream (address.bare cfg.host) (toString cfg.port) == null) ''
        ${option "host"} is a name or has a scope, and systemd listens on plain addresses only: the service listens itself,
        and a restart refuses webhooks for a moment.
      ''
      ++ lib.optional (cfg.openFirewall && address.isLoopback cfg.host) ''
        ${option "openFirewall"} has no effect: ${option "host"} is an address that other machines cannot reach.
      '';
  };
}
