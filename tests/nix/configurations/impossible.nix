# Settings that fail the type of their option.
{
  port-below-zero.port = -1;
  port-too-large.port = 65536;
  port-as-text.port = "8086";
  negative-context.contextMessages = -1;
  negative-timeout.timeout = -1;
  no-timeout.timeout = 0;
  users-as-text.allowedUsers = "mira,tomas";
  prompt-as-list.systemPrompt = [ "Short." ];
  relative-secret.botSecretFile = "secret";
  admin-without-port.adminListen = "127.0.0.1";
  admin-ipv6-without-brackets.adminListen = "::1:8087";
  location-with-spaces.nginx.location = "/web hook";
  nested-settings.settings.MODEL.EXTRA = 1;
  unknown-option.secretFile = "/run/secrets/opencode-bot";
}
