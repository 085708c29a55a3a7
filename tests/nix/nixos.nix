# The part of NixOS that module.nix writes into, with options of the same names and shapes, and the text that NixOS
# makes of units: every variable as one JSON string, every attribute as one line or several.
{ lib }:

let
  inherit (lib) mkOption types;

  value =
    type: default:
    mkOption {
      inherit type default;
    };
  lists = types.listOf types.str;
  section = types.attrsOf (
    with types;
    oneOf [
      bool
      int
      str
      (listOf str)
    ]
  );

  unit = {
    description = value types.str "";
    wantedBy = value lists [ ];
    wants = value lists [ ];
    requires = value lists [ ];
    after = value lists [ ];
  };

  ## Text

  toText = x: if lib.isBool x then lib.boolToString x else toString x;
  lines =
    set:
    lib.concatStringsSep "" (
      lib.concatMap (
        name: map (x: "${name}=${toText x}\n") (if lib.isList set.${name} then set.${name} else [ set.${name} ])
      ) (lib.attrNames set)
    );
  head =
    unit:
    "[Unit]\nDescription=${unit.description}\n"
    + lines (
      lib.filterAttrs (_: units: units != "") {
        Wants = toString unit.wants;
        Requires = toString unit.requires;
        After = toString unit.after;
      }
    );
  install = unit: "\n[Install]\nWantedBy=${toString unit.wantedBy}\n";
in
{
  module.options = {
    assertions = value (types.listOf types.unspecified) [ ];
    warnings = value lists [ ];
    environment.systemPackages = value (types.listOf types.package) [ ];
    networking.firewall.allowedTCPPorts = value (types.listOf types.port) [ ];
    users.groups = value (types.attrsOf (types.submodule { })) { };
    users.users = value (types.attrsOf (
      types.submodule {
        options = {
          isSystemUser = value types.bool false;
          group = value types.str "";
          description = value types.str "";
        };
      }
    )) { };

    services.nginx.enable = value types.bool false;
    services.nginx.virtualHosts = value (types.attrsOf (
      types.submodule {
        options.locations = value (types.attrsOf (
          types.submodule {
            options = {
              proxyPass = value (types.nullOr types.str) null;
              extraConfig = value types.lines "";
            };
          }
        )) { };
      }
    )) { };

    services.prometheus.enable = value types.bool false;
    services.prometheus.scrapeConfigs = value (types.listOf types.unspecified) [ ];

    systemd.services = value (types.attrsOf (
      types.submodule {
        options = unit // {
          environment = value (types.attrsOf (types.nullOr types.str)) { };
          serviceConfig = value section { };
          startLimitIntervalSec = value types.int 10;
          startLimitBurst = value types.int 5;
          stopIfChanged = value types.bool true;
        };
      }
    )) { };
    systemd.sockets = value (types.attrsOf (
      types.submodule {
        options = unit // {
          listenStreams = value lists [ ];
          socketConfig = value section { };
        };
      }
    )) { };
  };

  serviceText =
    service:
    head service
    + lines {
      StartLimitIntervalSec = service.startLimitIntervalSec;
      StartLimitBurst = service.startLimitBurst;
    }
    + "\n[Service]\n"
    + lib.concatStringsSep "" (
      lib.mapAttrsToList (name: value: "Environment=${builtins.toJSON "${name}=${value}"}\n") (
        lib.filterAttrs (_: value: value != null) service.environment
      )
    )
    + lib.optionalString (!service.stopIfChanged) "X-StopIfChanged=false\n"
    + lines service.serviceConfig
    + install service;

  socketText =
    socket:
    head socket
    + "\n[Socket]\n"
    + lines socket.socketConfig
    + lines { ListenStream = socket.listenStreams; }
    + install socket;
}
