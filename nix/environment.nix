# What the options say, as the variables and credentials of the service.
{ lib, cfg }:

let
  address = import ./address.nix { inherit lib; };

  # Variable to option, for values that may stand in a unit.
  plain = {
    BOT_HOST = "host";
    BOT_PORT = "port";
    NEXTCLOUD_URL = "nextcloudUrl";
    MODEL_BASE_URL = "modelBaseUrl";
    MODEL_NAME = "model";
    BOT_NAME = "botName";
    ALLOWED_USERS = "allowedUsers";
    CONTEXT_MESSAGES = "contextMessages";
    TIMEOUT = "timeout";
    SYSTEM_PROMPT = "systemPrompt";
    DATABASE_URL = "databaseUrl";
    ADMIN_LISTEN = "adminListen";
  };
  given = lib.mapAttrs (_: option: cfg.${option}) plain // {
    BOT_HOST = address.bare cfg.host;
  };
in
rec {
  # A value of any type as the program reads it.
  text =
    value:
    if lib.isBool value then
      lib.boolToString value
    else if lib.isFloat value then
      builtins.toJSON value
    else if lib.isList value then
      lib.concatStringsSep "," value
    else if builtins.isPath value then
      "${value}"
    else
      toString value;

  # Name to value, as the service is to see it.
  variables = lib.mapAttrs (_: text) (
    lib.filterAttrs (_: value: value != null) (cfg.settings // given)
  );

  # The option that stands for a variable, which `settings` must then leave alone.
  optionOf = plain // {
    BOT_SECRET = "botSecretFile";
    BOT_SECRET_FILE = "botSecretFile";
    BOT_SECRET_PREVIOUS = "botSecretPreviousFile";
    BOT_SECRET_PREVIOUS_FILE = "botSecretPreviousFile";
    DATABASE_URL_FILE = "databaseUrlFile";
    DATABASE_PASSWORD = "databasePasswordFile";
    DATABASE_PASSWORD_FILE = "databasePasswordFile";
    MODEL_API_KEY = "modelApiKeyFile";
    MODEL_API_KEY_FILE = "modelApiKeyFile";
  };

  # Credential to the option and the file it comes from.
  credentials = lib.filterAttrs (_: secret: secret.file != null) {
    bot-secret = {
      option = "botSecretFile";
      file = cfg.botSecretFile;
    };
    bot-secret-previous = {
      option = "botSecretPreviousFile";
      file = cfg.botSecretPreviousFile;
    };
    model-api-key = {
      option = "modelApiKeyFile";
      file = cfg.modelApiKeyFile;
    };
    database-url = {
      option = "databaseUrlFile";
      file = cfg.databaseUrlFile;
    };
    database-password = {
      option = "databasePasswordFile";
      file = cfg.databasePasswordFile;
    };
  };
}
