# Hosts and ports as the module needs them: for systemd, and for clients on this machine.
{ lib }:

rec {
  bare = host: lib.removeSuffix "]" (lib.removePrefix "[" host);
  isIpv6 = lib.hasInfix ":";
  isIpv4 = host: builtins.match "[0-9]{1,3}([.][0-9]{1,3}){3}" host != null;
  isLoopback = host: host == "localhost" || host == "::1" || lib.hasPrefix "127." host;

  # For clients on this machine; a host that means every address is none to connect to.
  authority =
    host: port:
    let
      near = { "0.0.0.0" = "127.0.0.1"; "::" = "::1"; }.${host} or host;
    in
    "${if isIpv6 near then "[${near}]" else near}:${port}";

  # null for a name, which systemd does not resolve, and for an address with a scope (`fe80::1%eth0`), which it could not
  # understand before that interface is there: the service then listens itself.
  listenStream =
    host: port:
    let
      address = if host == "localhost" then "127.0.0.1" else host;
    in
    if isIpv6 address && !lib.hasInfix "%" address then
      "[${address}]:${port}"
    else if isIpv4 address then
      "${address}:${port}"
    else
      null;
}
