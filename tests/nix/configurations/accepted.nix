# Configurations that become units.
{ bot, lib }:

{
  old-module = import ./old-module.nix;

  least = bot { };

  off = {
    services.nextcloud-opencode-bot.enable = false;
  };

  everything = {
    imports = [
      (bot {
        host = "0.0.0.0";
        port = 9000;
        openFirewall = true;
        adminListen = "127.0.0.1:9001";
        model = "qwen";
        modelApiKeyFile = "/run/secrets/model key 100%";
        botSecretPreviousFile = "/run/secrets/opencode-bot-previous";
        databaseUrlFile = "/run/secrets/database-url";
        botName = "Halo 2";
        allowedUsers = [ "mira" ];
        contextMessages = 0;
        timeout = 30;
        systemPrompt = "Short.";
        settings = {
          MODEL_MAX_TOKENS = 2048;
          MODEL_TEMPERATURE = 0.7;
          MODEL_EXTRA = ''{"chat_template_kwargs":{"enable_thinking":false}}'';
          ALLOW_GUESTS = true;
          SHUTDOWN_GRACE = 90;
          LOG_FORMAT = "journald";
          MODEL_TOP_P = null;
          SOME_LIST = [
            "a"
            "b"
          ];
        };
        nginx.virtualHost = "cloud.example.com";
        nginx.location = "/talk-bot/webhook";
        prometheus.scrape = true;
      })
    ];
    services.nginx.enable = true;
    services.prometheus.enable = true;
    systemd.services.nextcloud-opencode-bot = {
      environment.LOG_LEVEL = "debug";
      serviceConfig.MemoryMax = "1G";
    };
  };

  ipv6 = bot {
    host = "::1";
    adminListen = "[::1]:8087";
  };

  ipv6-in-brackets-everywhere = {
    imports = [
      (bot {
        host = "[::]";
        nginx.virtualHost = "cloud.example.com";
        prometheus.scrape = true;
      })
    ];
    services.nginx.enable = true;
    services.prometheus.enable = true;
  };

  ipv6-with-a-scope = bot { host = "fe80::1%eth0"; };

  localhost = bot { host = "localhost"; };

  host-name = bot { host = "bot.example.com"; };

  no-socket = bot { socketActivation = false; };

  firewall-for-loopback = bot { openFirewall = true; };

  odd-text = bot {
    nextcloudUrl = "https://cloud.example.com/my%20cloud";
    botName = "Halo \\ $HOME \${HOME}";
    systemPrompt = ''
      He said "100 % sure", 'quoted', with a \n that stays, %n and $USER.
      	A tab; ünïcode 🙂. \'';
  };

  no-prompt = bot { systemPrompt = null; };

  empty-prompt = bot { systemPrompt = ""; };

  sqlite-elsewhere = bot { databaseUrl = "sqlite:///srv/bot data/50%/bot.db?mode=rwc"; };

  postgres-by-socket = bot { databaseUrl = "postgres:///opencode-bot?host=/run/postgresql"; };

  by-priority = {
    imports = [
      (bot { })
      { services.nextcloud-opencode-bot.model = lib.mkForce "forced"; }
    ];
    services.nextcloud-opencode-bot.model = "ordinary";
  };
}
