# NixOS module of the bot: `imports = [ ./module.nix ];` and `services.nextcloud-opencode-bot.enable = true;`.
# Every option becomes one variable of the service (README, "Settings"); secrets reach it as systemd credentials.
# dist/systemd holds the same units for other systems, and tests/nix/run keeps the two alike.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.nextcloud-opencode-bot;
  name = "nextcloud-opencode-bot";
  user = "opencode-bot";

  address = import ./nix/address.nix { inherit lib; };
  inherit (address) authority bare listenStream;
  inherit (import ./nix/environment.nix { inherit lib cfg; }) credentials text variables;

  # systemd expands `%` in the values of units; quotes, backslashes and line breaks are NixOS's own part.
  escape = builtins.replaceStrings [ "%" ] [ "%%" ];

  host = bare cfg.host;
  port = toString cfg.port;
  admin =
    let
      parts = builtins.match "(.+):([0-9]+)" cfg.adminListen;
    in
    {
      host = bare (lib.elemAt parts 0);
      port = lib.elemAt parts 1;
    };

  sockets = lib.optionalAttrs cfg.socketActivation (
    lib.filterAttrs (_: socket: socket.stream != null) (
      {
        ${name} = {
          descriptor = "webhook";
          stream = listenStream host port;
        };
      }
      // lib.optionalAttrs (cfg.adminListen != null) {
        "${name}-admin" = {
          descriptor = "admin";
          stream = listenStream admin.host admin.port;
        };
      }
    )
  );
  socketUnits = map (socket: "${socket}.socket") (lib.attrNames sockets);

  grace = builtins.match "([0-9]+).*" (text (cfg.settings.SHUTDOWN_GRACE or 30));
  drain = if grace == null then 30 else lib.toIntBase10 (lib.head grace);

  # An SQLite file elsewhere than in the state directory.
  databaseFile = builtins.match "sqlite:(//)?(/[^?]*).*" (if cfg.databaseUrl == null then "" else cfg.databaseUrl);

  hardening = {
    CapabilityBoundingSet = "";
    DevicePolicy = "closed";
    LimitCORE = 0;
    LockPersonality = true;
    MemoryDenyWriteExecute = true;
    NoNewPrivileges = true;
    PrivateDevices = true;
    PrivateMounts = true;
    PrivateTmp = true;
    PrivateUsers = true;
    ProcSubset = "pid";
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHome = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectProc = "invisible";
    ProtectSystem = "strict";
    RemoveIPC = true;
    RestrictAddressFamilies = "AF_INET AF_INET6 AF_UNIX";
    RestrictNamespaces = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    SystemCallErrorNumber = "EPERM";
    SystemCallFilter = [
      "@system-service"
      "~@privileged @resources"
    ];
    UMask = "0077";
  };
in
{
  imports = [
    ./nix/options.nix
    ./nix/checks.nix
  ];

  config = lib.mkIf cfg.enable {
    users.users.${user} = {
      isSystemUser = true;
      group = user;
      description = "Nextcloud Talk bot";
    };
    users.groups.${user} = { };

    environment.systemPackages = [ cfg.package ];

    systemd.services.${name} = {
      description = "Nextcloud Talk bot with a language model of your own";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      requires = socketUnits;
      after = [
        "network-online.target"
        "nss-lookup.target"
        "postgresql.service"
        "postgresql.target"
      ]
      ++ socketUnits;

      # Twenty starts in ten seconds are not a crash that RestartSec= paces, but a socket that starts what cannot run.
      startLimitIntervalSec = 10;
      startLimitBurst = 20;

      # A changed service is restarted in place. Otherwise a switch of the configuration would close the sockets first.
      stopIfChanged = false;

      environment = lib.mapAttrs (_: escape) variables;

      serviceConfig =
        hardening
        // {
          Type = "notify";
          NotifyAccess = "main";
          ExecStart = "${cfg.package}/bin/${name} serve";
          ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
          User = user;
          Group = user;
          StateDirectory = name;
          StateDirectoryMode = "0700";
          LoadCredential = lib.mapAttrsToList (id: secret: "${id}:${escape (toString secret.file)}") credentials;
          Restart = "always";
          RestartSec = 1;
          RestartPreventExitStatus = 78;
          KillMode = "mixed";
          TimeoutStartSec = 60;
          TimeoutStopSec = drain + 15;
          WatchdogSec = 60;
          LimitNOFILE = 16384;
          MemoryMax = lib.mkDefault "512M";
          TasksMax = lib.mkDefault 512;
        }
        // lib.optionalAttrs (sockets != { }) { Sockets = lib.concatStringsSep " " socketUnits; }
        // lib.optionalAttrs (databaseFile != null) {
          # A list of words, so quoted; `-` leaves a missing directory to the service, which can say what is wrong.
          ReadWritePaths = builtins.toJSON "-${escape (dirOf (lib.elemAt databaseFile 1))}";
        };
    };

    systemd.sockets = lib.mapAttrs (_: socket: {
      description = "Nextcloud Talk bot, ${socket.descriptor}";
      wantedBy = [ "sockets.target" ];
      listenStreams = [ socket.stream ];
      socketConfig = {
        Service = "${name}.service";
        FileDescriptorName = socket.descriptor;
        Accept = false;
        Backlog = 4096;
        FreeBind = true;
        NoDelay = true;
      };
    }) sockets;

    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall [ cfg.port ];

    services.nginx.virtualHosts = lib.mkIf (cfg.nginx.virtualHost != null) {
      ${cfg.nginx.virtualHost}.locations."= ${if cfg.nginx.location == null then "/webhook" else cfg.nginx.location}" = {
        proxyPass = "http://${authority host port}/webhook";
        # The bot answers 413 itself above 2 MiB, and says so in its log.
        extraConfig = ''
          limit_except POST { deny all; }
          client_max_body_size 3m;
          access_log off;
        '';
      };
    };

    services.prometheus.scrapeConfigs = lib.mkIf (cfg.prometheus.scrape && config.services.prometheus.enable) [
      {
        job_name = name;
        static_configs = [
          {
            targets = [
              (if cfg.adminListen == null then authority host port else authority admin.host admin.port)
            ];
          }
        ];
      }
    ];
  };
}
