# There is no flake.lock here: this file was written on a machine that cannot reach nixpkgs, and was parsed there but
# never run. `nix flake lock` makes one; a configuration that uses this flake follows its own nixpkgs anyway.
{
  description = "Answers Nextcloud Talk messages with a language model of your own";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      forEach = each: nixpkgs.lib.genAttrs systems (system: each nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEach (pkgs: rec {
        nextcloud-opencode-bot = pkgs.callPackage ./package.nix { };
        default = nextcloud-opencode-bot;
      });

      overlays.default = final: _: {
        nextcloud-opencode-bot = final.callPackage ./package.nix { };
      };

      nixosModules.default = ./module.nix;

      devShells = forEach (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.default ];
          packages = [
            pkgs.clippy
            pkgs.cargo-deny
            pkgs.postgresql
            pkgs.python3
            pkgs.rust-analyzer
            pkgs.rustfmt
          ];
        };
      });

      formatter = forEach (pkgs: pkgs.nixfmt-tree);

      checks = forEach (pkgs: {
        package = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        vm = pkgs.testers.runNixOSTest ./tests/nix/vm.nix;
      });
    };
}
