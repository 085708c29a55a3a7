# A configuration as it was written for the module of the Python bot, with every option that module had and still has.
{
  services.nextcloud-opencode-bot = {
    enable = true;
    host = "127.0.0.1";
    port = 8086;
    nextcloudUrl = "https://cloud.example.com";
    botSecretFile = "/run/secrets/opencode-bot";
    modelBaseUrl = "http://127.0.0.1:8080/v1";
    model = "halo-8000";
    botName = "Halo";
    allowedUsers = [
      "mira"
      "tomas"
    ];
    contextMessages = 6;
    timeout = 120;
    systemPrompt = "Answer in English.";
  };
}
