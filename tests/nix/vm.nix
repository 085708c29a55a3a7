# The service in a virtual machine, between two stand-ins: `nix build .#checks.x86_64-linux.vm`. Written on a machine
# without a Nix builder or KVM: it was parsed there, and its stand-ins were run against the program, but the machine was
# never started.
{ pkgs, ... }:

let
  secret = "/etc/opencode-bot-secret";
  standIn = command: {
    wantedBy = [ "multi-user.target" ];
    before = [ "nextcloud-opencode-bot.service" ];
    serviceConfig.ExecStart = "${pkgs.python3}/bin/python3 ${./stand_ins}/${command}";
  };
in
{
  name = "nextcloud-opencode-bot";

  nodes.machine = {
    imports = [ ../../module.nix ];

    services.nextcloud-opencode-bot = {
      enable = true;
      nextcloudUrl = "http://127.0.0.1:8000";
      modelBaseUrl = "http://127.0.0.1:8001/v1";
      botSecretFile = secret;
      adminListen = "127.0.0.1:8087";
      systemPrompt = "Be \"100 %\" sure.\nOf everything.";
    };

    # Only for a test: what stands here is in the Nix store.
    environment.etc."opencode-bot-secret" = {
      text = "7c0f3f2d9d5c4a64b6d5e1d1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f201";
      mode = "0600";
    };

    systemd.services.talk = standIn "talk.py serve 8000 ${secret} /run/posts";
    systemd.services.model = standIn "model.py 8001";

    environment.systemPackages = [
      pkgs.curl
      pkgs.python3
    ];
  };

  testScript = ''
    unit = "nextcloud-opencode-bot"
    ask = "python3 ${./stand_ins}/talk.py ask http://127.0.0.1:8086/webhook ${secret}"

    def answers(count):
        machine.wait_until_succeeds(f"test $(sort -u /run/posts | wc -l) = {count}", timeout=120)

    machine.wait_for_unit(f"{unit}.service")
    machine.wait_for_open_port(8000)
    machine.wait_for_open_port(8001)

    with subtest("a question is answered"):
        machine.succeed(f"{ask} 1 1")
        answers(1)

    with subtest("a restart under load refuses nothing"):
        machine.succeed(f"{ask} 1000 50 >/run/asked 2>&1 & echo $! >/run/asking")
        for _ in range(5):
            machine.succeed(f"systemctl restart {unit}.service", "sleep 2")
        machine.wait_until_fails("kill -0 $(cat /run/asking)", timeout=60)
        print(machine.succeed("cat /run/asked"))
        machine.succeed("grep -q '^1000 sent, 0 not taken' /run/asked")
        answers(1001)

    with subtest("what is secret stays so"):
        machine.succeed("test $(stat -c %a ${secret}) = 600")
        machine.fail(f"runuser -u nobody -- cat /run/credentials/{unit}.service/bot-secret")
        machine.succeed(f"test $(stat -Lc %a /var/lib/{unit}) = 700")
        machine.succeed(f"test $(stat -c %a /var/lib/{unit}/bot.db) = 600")
        machine.fail(f"journalctl -u {unit} | grep -F $(cat ${secret})")

    with subtest("the prompt arrives as it was written"):
        pid = machine.succeed(f"systemctl show -P MainPID {unit}.service").strip()
        environment = machine.succeed(f"cat /proc/{pid}/environ").split("\0")
        assert 'SYSTEM_PROMPT=Be "100 %" sure.\nOf everything.' in environment, environment

    with subtest("the unit is hardened"):
        machine.succeed(f"systemd-analyze security --threshold=13 {unit}.service")

    with subtest("the probes are on their own listener"):
        machine.succeed("curl -fsS http://127.0.0.1:8087/ready", "curl -fsS http://127.0.0.1:8087/metrics")
        machine.fail("curl -fsS http://127.0.0.1:8086/metrics")

    with subtest("a wrong secret fails the unit with a clear line"):
        drop_in = f"/run/systemd/system/{unit}.service.d/wrong.conf"
        machine.succeed(
            "echo short >/run/wrong-secret",
            f"mkdir -p $(dirname {drop_in})",
            f"printf '[Service]\\nLoadCredential=\\nLoadCredential=bot-secret:/run/wrong-secret\\n' >{drop_in}",
            "systemctl daemon-reload",
        )
        machine.fail(f"systemctl restart {unit}.service")
        machine.succeed(f"systemctl is-failed {unit}.service")
        machine.succeed(f"test $(systemctl show -P ExecMainStatus {unit}.service) = 78")
        machine.succeed(f"journalctl -u {unit} -n 20 | grep -F 'nextcloud-opencode-bot: BOT_SECRET: '")
  '';
}
