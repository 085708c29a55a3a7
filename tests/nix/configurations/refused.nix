# Configurations that fail an assertion.
{ bot }:

{
  secret-is-a-path-literal = bot { botSecretFile = ./refused.nix; };
  secret-in-the-store = bot { botSecretFile = "${builtins.storeDir}/00000000000000000000000000000000-secret"; };
  secret-copied-to-the-store = bot { botSecretFile = "${./refused.nix}"; };
  other-secrets-are-path-literals = bot {
    botSecretPreviousFile = ./refused.nix;
    modelApiKeyFile = ./refused.nix;
    databaseUrlFile = ./refused.nix;
  };
  database-given-twice = bot {
    databaseUrl = "postgres://db.example.com/bot";
    databaseUrlFile = "/run/secrets/database-url";
  };
  database-with-password = bot { databaseUrl = "postgres://bot:hunter2@db.example.com/bot"; };
  settings-against-options = bot {
    settings = {
      BOT_PORT = 9000;
      SYSTEM_PROMPT = null;
    };
  };
  settings-with-a-secret = bot {
    settings = {
      BOT_SECRET = "hunter2";
      BOT_SECRET_PREVIOUS = "hunter2";
      MODEL_API_KEY = "hunter2";
    };
  };
  settings-without-a-name = bot { settings."LOG-LEVEL" = "debug"; };
  carriage-return = bot {
    systemPrompt = "One line.\r\nAnother.";
    settings.MODEL_EXTRA = builtins.fromJSON ''"\u001b"'';
  };
  user-without-a-name = bot { allowedUsers = [ " " ]; };
  user-with-a-comma = bot { allowedUsers = [ "mira,tomas" ]; };
  no-host = bot { host = ""; };
  any-port = bot { port = 0; };
  location-without-host = bot { nginx.location = "/webhook"; };
  nginx-is-off = bot { nginx.virtualHost = "cloud.example.com"; };
  removed-path = bot { opencodePath = "/run/current-system/sw/bin/opencode"; };
  removed-config = bot { opencodeConfig = { }; };
}
