# For those without flakes: `nix-build`, and `import ./default.nix { inherit pkgs; }`.
{
  pkgs ? import <nixpkgs> { },
}:

pkgs.callPackage ./package.nix { }
