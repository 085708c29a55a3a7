# The options of `services.nextcloud-opencode-bot`. Those that the module of the Python bot had keep their names, types
# and defaults.
{ lib, pkgs, ... }:

let
  inherit (lib) mkOption types;

  name = "nextcloud-opencode-bot";

  nullOrFile =
    description:
    mkOption {
      type = types.nullOr types.path;
      default = null;
      inherit description;
    };
in
{
  imports =
    let
      removed =
        attribute:
        lib.mkRemovedOptionModule
          [
            "services"
            name
            attribute
          ]
          "The bot asks the model server itself (modelBaseUrl, model); opencode is no longer used. Remove this line.";
    in
    [
      (removed "opencodePath")
      (removed "opencodeConfig")
    ];

  options.services.${name} = {
    enable = lib.mkEnableOption "the bot that answers Nextcloud Talk messages with a language model of your own";

    package = mkOption {
      type = types.package;
      default = pkgs.callPackage ../package.nix { };
      defaultText = lib.literalExpression "pkgs.callPackage ./package.nix { }";
      description = "The package that holds the bot.";
    };

    host = mkOption {
      type = types.str;
      default = "127.0.0.1";
      example = "::1";
      description = "Address to listen on. With a host name in its place a restart refuses webhooks for a moment.";
    };

    port = mkOption {
      type = types.port;
      default = 8086;
      description = "Port to listen on.";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to open the port in the firewall; needed when Nextcloud is on another machine.";
    };

    socketActivation = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Whether systemd holds the listening socket. Webhooks then wait while the service restarts, instead of being
        refused, which matters because Talk tries each one only once.
      '';
    };

    adminListen = mkOption {
      type = types.nullOr (types.strMatching "(\\[[^]]+]|[^:]+):[0-9]+");
      default = null;
      example = "127.0.0.1:8087";
      description = "Address and port for everything but the webhook and /health; null leaves it on the main listener.";
    };

    nextcloudUrl = mkOption {
      type = types.str;
      example = "https://cloud.example.com";
      description = "Base URL of the Nextcloud; a sub-path is kept.";
    };

    botSecretFile = mkOption {
      type = types.path;
      example = "/run/secrets/opencode-bot";
      description = ''
        File that holds the secret given to `occ talk:bot:install`. A string, not a path literal, so that it stays out
        of the Nix store. Only root needs to be able to read it.
      '';
    };

    botSecretPreviousFile = nullOrFile ''
      File that holds the secret from before, accepted as well while a new one is brought into Nextcloud.
    '';

    modelBaseUrl = mkOption {
      type = types.str;
      example = "http://127.0.0.1:8080/v1";
      description = "Base URL of the chat-completions API; several, separated by commas, are tried in order.";
    };

    model = mkOption {
      type = types.str;
      default = "halo-8000";
      description = "Name of the model in requests.";
    };

    modelApiKeyFile = nullOrFile "File that holds the bearer token for the model server.";

    botName = mkOption {
      type = types.str;
      default = "Halo";
      description = "Name that `@` calls in group rooms.";
    };

    allowedUsers = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [
        "mira"
        "tomas"
      ];
      description = "Nextcloud user ids that may ask; an empty list admits every user of this Nextcloud.";
    };

    contextMessages = mkOption {
      type = types.ints.unsigned;
      default = 6;
      description = "Turns (question and answer) of a room the model is shown at least.";
    };

    timeout = mkOption {
      type = types.ints.positive;
      default = 120;
      description = "Seconds for one model call.";
    };

    systemPrompt = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "Added to the built-in instructions.";
    };

    databaseUrl = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "sqlite:///var/lib/nextcloud-opencode-bot/bot.db";
      description = "Where questions and conversations are kept; null is an SQLite file in the state directory.";
    };

    databaseUrlFile = nullOrFile "File that holds the database's URL, for one with a password.";
    databasePasswordFile = nullOrFile "File that holds the password of the account in PostgreSQL.";

    settings = mkOption {
      type =
        with types;
        attrsOf (
          nullOr (oneOf [
            bool
            int
            float
            str
            path
            (listOf str)
          ])
        );
      default = { };
      example = {
        MODEL_MAX_TOKENS = 2048;
        ALLOW_GUESTS = true;
        LOG_FORMAT = "journald";
      };
      description = ''
        Further variables of the service. Lists are joined by commas, null leaves a variable unset. What has an option
        of its own is refused here, and so are secrets.
      '';
    };

    nginx = {
      virtualHost = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "cloud.example.com";
        description = "Virtual host of nginx that passes webhooks on, POST only.";
      };

      location = mkOption {
        type = types.nullOr (types.strMatching "/[A-Za-z0-9._~/-]*");
        default = null;
        example = "/talk-bot/webhook";
        description = "Path of the webhook on that virtual host; null is /webhook.";
      };
    };

    prometheus.scrape = mkOption {
      type = types.bool;
      default = false;
      description = "Whether the Prometheus of this machine, if there is one, collects the bot's figures.";
    };
  };
}
